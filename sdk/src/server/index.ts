export { mintToken, type MintOptions, type TokenClaims } from "./mint-token.ts";
