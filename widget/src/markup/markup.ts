import { html, type TemplateResult } from "lit";
import { readBlocks, type Block } from "./blocks.ts";
import { readInline, type FindName, type Inline } from "./inline.ts";

/**
 * The text of a message as templates: the few marks people use in a chat, addresses and mentions. Nothing in it
 * ever becomes HTML. Each part finds its own direction, and code has no say in that of the text around it.
 *
 * @param ownName The visitor's own, whose mentions stand out.
 */
export function markup(text: string, findName: FindName, ownName?: string): TemplateResult[] {
  const own = ownName && `@${ownName}`.toLowerCase();
  const drawOne = (piece: Inline): unknown => drawInline(piece, own, drawOne);
  const draw = (text: string): unknown[] => readInline(text, findName).map(drawOne);
  return readBlocks(text).map((block) => drawBlock(block, draw));
}

function drawBlock(block: Block, draw: (text: string) => unknown[]): TemplateResult {
  switch (block.kind) {
    case "text":
      return html`<p dir="auto">${draw(block.text.replace(/^\n+|\n+$/g, ""))}</p>`;
    case "quote":
      return html`<blockquote dir="auto">${draw(block.text)}</blockquote>`;
    case "code":
      return html`<pre dir="auto" tabindex="0"><code>${block.text}</code></pre>`;
    case "list": {
      const items = block.items.map((item) => html`<li dir="auto">${draw(item)}</li>`);
      return block.start === undefined
        ? html`<ul>
            ${items}
          </ul>`
        : html`<ol start=${block.start}>
            ${items}
          </ol>`;
    }
    default:
      return block satisfies never;
  }
}

function drawInline(piece: Inline, own: string | undefined, drawOne: (piece: Inline) => unknown): unknown {
  if (typeof piece === "string") return piece;
  switch (piece.kind) {
    case "strong":
      return html`<strong>${piece.inside.map(drawOne)}</strong>`;
    case "em":
      return html`<em>${piece.inside.map(drawOne)}</em>`;
    case "strike":
      return html`<s>${piece.inside.map(drawOne)}</s>`;
    case "code":
      return html`<code dir="auto">${piece.text}</code>`;
    case "mention":
      return html`<bdi class="mention ${piece.text.toLowerCase() === own ? "own" : ""}" part="mention"
        >${piece.text}</bdi
      >`;
    case "link":
      return drawLink(piece);
    default:
      return piece satisfies never;
  }
}

function drawLink({ text, href, host }: { text: string; href: string; host?: string }): TemplateResult {
  const link = html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow ugc">${text}</a>`;
  return host === undefined ? link : html`${link} <bdi class="host" part="link-host">(${host})</bdi>`;
}
