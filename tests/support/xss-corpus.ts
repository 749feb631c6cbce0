/** A text that would run something, or dress something up, if anything of it were taken for more than text. */
export interface Vector {
  /** What it tries, for a failing test to say. */
  kind: string;
  text: string;
}

/** The name of the function that a vector calls if it comes alive. */
const ALARM = "alarm";

const TAGS = [
  "img",
  "svg",
  "video",
  "audio",
  "iframe",
  "object",
  "embed",
  "body",
  "input",
  "details",
  "math",
  "x",
];
const HANDLERS = ["onerror", "onload", "onfocus", "ontoggle", "onanimationstart", "onbegin", "onmouseover"];
/** What makes the handlers of one or the other tag fire by themselves. */
const TRIGGER = "src=x data=x href=x tabindex=0 autofocus open style=animation-name:x";

const PAYLOADS = [
  `<script>${ALARM}()</script>`,
  `<img src=x onerror=${ALARM}()>`,
  `<svg/onload=${ALARM}()>`,
  `<iframe srcdoc="<script>parent.${ALARM}()</script>"></iframe>`,
];

const ENCODINGS: Record<string, (text: string) => string> = {
  "decimal entities": (text) => eachCode(text, (code) => `&#${code};`),
  "decimal entities without an end": (text) => eachCode(text, (code) => `&#0000${code}`),
  "hexadecimal entities": (text) => eachCode(text, (code) => `&#x${code.toString(16)};`),
  "named entities": (text) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  "doubled entities": (text) => text.replaceAll("<", "&amp;lt;").replaceAll(">", "&amp;gt;"),
  "percent signs": (text) => encodeURIComponent(text),
  "doubled percent signs": (text) => encodeURIComponent(encodeURIComponent(text)),
  "script escapes": (text) => eachCode(text, (code) => `\\u${code.toString(16).padStart(4, "0")}`),
  "short escapes": (text) => eachCode(text, (code) => `\\x${code.toString(16).padStart(2, "0")}`),
  "CSS escapes": (text) => eachCode(text, (code) => `\\${code.toString(16)} `),
  "UTF-7": (text) => text.replaceAll("<", "+ADw-").replaceAll(">", "+AD4-"),
  base64: (text) => `data:text/html;base64,${btoa(text)}`,
  "wide letters": (text) => eachCode(text, (code) => String.fromCodePoint(code + 0xfee0)),
  "lookalike brackets": (text) => text.replaceAll("<", "‹").replaceAll(">", "›"),
  capitals: (text) =>
    text.replace(/[a-z]/g, (letter, at: number) => (at % 2 ? letter.toUpperCase() : letter)),
  "zeros inside": (text) => text.replace(/^<(\w)/, "<\0$1"),
  "breaks inside": (text) => text.replace(/^<(\w+)/, "<$1\n\t"),
  "a comment around": (text) => `<!--><!--->${text}<!-- -->`,
  "CDATA around": (text) => `<![CDATA[${text}]]>`,
  "an end before": (text) => `</p></div></textarea></title></style></script></template>${text}`,
  "an attribute's end before": (text) => `"'\`>${text}`,
};

const PROTOCOLS = [
  "javascript:",
  "JaVaScRiPt:",
  "java\tscript:",
  "java\nscript:",
  " javascript:",
  "\u0001javascript:",
  "javascript&colon;",
  "javascript%3A",
  "vbscript:",
  "livescript:",
  "data:text/html,",
  "data:text/html;base64,",
  "data:image/svg+xml,",
  "blob:",
  "file:///",
  "filesystem:",
  "view-source:javascript:",
  "feed:javascript:",
  "jar:javascript:",
  "x-javascript:",
  "intent://",
  "about:blank#",
];
const CARRIERS: Record<string, (address: string) => string> = {
  bare: (address) => address,
  "a Markdown link": (address) => `[look](${address})`,
  "a Markdown picture": (address) => `![look](${address})`,
  "a Markdown reference": (address) => `[look][1]\n\n[1]: ${address}`,
  "angle brackets": (address) => `<${address}>`,
  "an anchor": (address) => `<a href="${address}">look</a>`,
  "after a good one": (address) => `https://good.example/ ${address}`,
  "within a good one": (address) => `https://good.example/?next=${address}`,
};

const MARKS: Record<string, (text: string) => string> = {
  bold: (text) => `**${text}**`,
  italic: (text) => `*${text}*`,
  struck: (text) => `~~${text}~~`,
  code: (text) => `\`${text}\``,
  "a code block": (text) => `\`\`\`\n${text}\n\`\`\``,
  "a code block with a language": (text) => `\`\`\`"><${text}\n${text}\n\`\`\``,
  "a quote": (text) => `> ${text}\n> ${text}`,
  "a list": (text) => `- ${text}\n- ${text}`,
  "a numbered list": (text) => `1. ${text}\n2. ${text}`,
  "an unclosed mark": (text) => `**_~~\`${text}`,
  "a mention": (text) => `@${text}`,
  "a link's text": (text) => `[${text}](https://good.example/)`,
};

const ADDRESSES = [
  `https://good.example/<script>${ALARM}()</script>`,
  `https://good.example/"onmouseover="${ALARM}()`,
  `https://good.example/'onfocus='${ALARM}()'autofocus='`,
  `https://good.example/"><img src=x onerror=${ALARM}()>`,
  `https://good.example/\`onclick=${ALARM}()\``,
  `https://javascript:${ALARM}()@evil.example/`,
  `https://good.example@evil.example/`,
  `https://good.example:443@evil.example:8443/`,
  `https://good.example\\@evil.example/`,
  `https://good.example#@evil.example/`,
  `https:/evil.example/`,
  `https:evil.example/`,
  `http://[::1]:80/<svg/onload=${ALARM}()>`,
  `http://0x7f000001/?${ALARM}()`,
  `HTTPS://EVIL.EXAMPLE/<script>${ALARM}()</script>`,
  `//evil.example/<script>${ALARM}()</script>`,
  `www.evil.example/"onmouseover="${ALARM}()`,
  `a@evil.example?subject=<script>${ALARM}()</script>`,
  `mailto:a@evil.example?body=<script>${ALARM}()</script>`,
  `"onfocus=${ALARM}()"@evil.example`,
  `https://good.example/${"a/../".repeat(60)}<script>${ALARM}()</script>`,
  `https://%6A%61%76%61script:${ALARM}()/`,
  `https://good.example/%0d%0aLocation:%20javascript:${ALARM}()`,
  `https://good.example/\u202Egpj.exe`,
];

/** Characters that turn a line around, hide, or end one. */
export const CONTROLS = [
  "\u200E",
  "\u200F",
  "\u061C",
  "\u202A",
  "\u202B",
  "\u202C",
  "\u202D",
  "\u202E",
  "\u2066",
  "\u2067",
  "\u2068",
  "\u2069",
  "\u2028",
  "\u2029",
  "\u200B",
  "\u200D",
  "\u00AD",
  "\uFEFF",
  "\uFFFE",
  "\u0000",
  "\u001B[31m",
];

const TEMPLATES = [
  `\${${ALARM}()}`,
  `#{${ALARM}()}`,
  `{{${ALARM}()}}`,
  `{{constructor.constructor("${ALARM}()")()}}`,
  `{{$on.constructor("${ALARM}()")()}}`,
  `[[\${${ALARM}()}]]`,
  `<%= ${ALARM}() %>`,
  `<?php ${ALARM}() ?>`,
  `<!--?lit$123456789$-->`,
  `<!--?-->`,
  `?lit$123456789$`,
  `lit$123456789$`,
  `@click=\${${ALARM}}`,
  `.innerHTML=\${"<img src=x onerror=${ALARM}()>"}`,
  `{"_$litType$":1,"strings":["<img src=x onerror=${ALARM}()>"],"values":[]}`,
  `{"__html":"<img src=x onerror=${ALARM}()>"}`,
  `__proto__`,
  `constructor`,
  `toString`,
  `hasOwnProperty`,
  `<slot name=header></slot>`,
  `<slot></slot>`,
  `<template shadowrootmode=open><img src=x onerror=${ALARM}()></template>`,
  `<chat-room room=evil relay=https://evil.example></chat-room>`,
  `<base href=https://evil.example/>`,
  `<meta http-equiv=refresh content="0;url=javascript:${ALARM}()">`,
  `<link rel=stylesheet href=https://evil.example/>`,
  `<link rel=import href=data:text/html,<script>${ALARM}()</script>>`,
  `<style>*{background:url(https://evil.example/)}</style>`,
  `<form action=javascript:${ALARM}()><button>look</button></form>`,
  `<button formaction=javascript:${ALARM}() form=x>look</button>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${ALARM}()>`,
  `<svg><animate onbegin=${ALARM}() attributeName=x dur=1s>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'/>#x">`,
  `<noscript><p title="</noscript><img src=x onerror=${ALARM}()>">`,
  `<isindex type=image src=x onerror=${ALARM}()>`,
  `<a href="https://good.example" ping="https://evil.example">look</a>`,
  `<portal src=javascript:${ALARM}()>`,
  `<dialog open onclose=${ALARM}()><form method=dialog><button autofocus>`,
  `<div popover id=x onbeforetoggle=${ALARM}()>`,
  `'-${ALARM}()-'`,
  `";${ALARM}();//`,
  `\`;${ALARM}();//`,
  `*/${ALARM}()/*`,
  `expression(${ALARM}())`,
  `url(javascript:${ALARM}())`,
  `@import "https://evil.example/";`,
];

/** All of them, each text once; the same in each run. */
export function xssCorpus(): Vector[] {
  const vectors: Vector[] = [];
  const add = (kind: string, text: string): void => void vectors.push({ kind, text });
  for (const tag of TAGS) {
    for (const handler of HANDLERS) add(`${tag} ${handler}`, `<${tag} ${TRIGGER} ${handler}=${ALARM}()>`);
  }
  for (const [encoding, encode] of Object.entries(ENCODINGS)) {
    for (const payload of PAYLOADS) add(encoding, encode(payload));
  }
  for (const protocol of PROTOCOLS) {
    for (const [carrier, carry] of Object.entries(CARRIERS)) {
      const code = protocol.endsWith("base64,") ? btoa(PAYLOADS[0] ?? "") : `${ALARM}()`;
      add(`${JSON.stringify(protocol)} in ${carrier}`, carry(`${protocol}${code}`));
    }
  }
  for (const [mark, wrap] of Object.entries(MARKS)) {
    for (const payload of PAYLOADS) add(`in ${mark}`, wrap(payload));
  }
  for (const address of ADDRESSES) add("an address", address);
  for (const control of CONTROLS) {
    add("a control", `${control}${PAYLOADS[1]}${control}`);
    add("a control", `gnp${control}gpj.exe ${control}https://${control}evil.example/${control}`);
  }
  for (const template of TEMPLATES) add("a template", template);
  return [...new Map(vectors.map((vector) => [vector.text, vector])).values()];
}

function eachCode(text: string, write: (code: number) => string): string {
  return [...text].map((sign) => write(sign.codePointAt(0) ?? 0)).join("");
}
