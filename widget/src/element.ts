/** The class alone: importing it defines nothing. Its parts are defined when the first room is made. */
export { ChatRoom } from "./chat-room.ts";
