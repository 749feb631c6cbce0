import { Admin } from "./admin.ts";
import { AppsPage } from "./apps-page.ts";
import { AuditPage } from "./audit-page.ts";
import { ModerationPage } from "./moderation-page.ts";
import { PeoplePage } from "./people-page.ts";
import { RoomPage } from "./room-page.ts";
import { RoomsPage } from "./rooms-page.ts";

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "natter-rooms": RoomsPage,
  "natter-room": RoomPage,
  "natter-moderation": ModerationPage,
  "natter-audit": AuditPage,
  "natter-people": PeoplePage,
  "natter-app": AppsPage,
  "natter-admin": Admin,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
