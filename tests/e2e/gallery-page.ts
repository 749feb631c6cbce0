import type { Page } from "@playwright/test";

/** How a state is shown; what is not named is as the gallery usually shows it. */
export interface Dress {
  state?: string;
  theme?: "auto" | "light" | "dark";
  dir?: "ltr" | "rtl";
  lang?: string;
  /** In px. */
  width?: string;
  accent?: string;
}

/** The demo's gallery, in which states are changed without loading the page anew. */
export interface Gallery {
  /** Every state there is. */
  names: readonly string[];
  /** What the page complained about since somebody looked. */
  complaints: string[];
  /** Shows a state; resolves when it is drawn. */
  show(dress: Dress): Promise<void>;
}

/** A room that a test moves by hand; see demo/gallery-room.js. */
export interface HandRoom {
  show(view: object): void;
  hear(...messages: object[]): void;
  tell(kind: string, value: object): void;
}

/** What the page of the gallery offers to the functions that a test runs in it. */
export interface GalleryWindow {
  gallery: {
    names: string[];
    show(dress: Dress): Promise<void>;
    /** Where the room stands. */
    stage: HTMLElement;
    HandRoom: new (view: object) => HandRoom;
    HandChat: new (state?: object) => object;
    ChatError: new (code: string, message: string) => Error;
    MODERATOR: string[];
  };
}

/** Opens the gallery with nothing on the page but the room, and nothing that moves. */
export async function openGallery(
  page: Page,
  media: Parameters<Page["emulateMedia"]>[0] = {},
): Promise<Gallery> {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.emulateMedia({ reducedMotion: "reduce", ...media });
  await page.goto("/gallery.html?bare");
  await page.locator("html[data-shown]").waitFor();
  return {
    names: await page.evaluate(() => (globalThis as unknown as GalleryWindow).gallery.names),
    complaints,
    show: (dress) =>
      page.evaluate((dress) => (globalThis as unknown as GalleryWindow).gallery.show(dress), dress),
  };
}
