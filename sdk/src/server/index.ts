export { mintToken, type MintOptions, type TokenClaims } from "./mint-token.ts";
export {
  RelayApi,
  type ModerateOptions,
  type PostOptions,
  type RelayApiOptions,
  type RoomSummary,
} from "./relay-api.ts";
