/** This package's version, as the relay's logs see it; a test holds it against package.json. */
export const SDK_VERSION = "0.1.0";
