/** Who the extension and the app are to browsers. */

/**
 * In every Chromium browser: SHA-256 of the `key` in the extension's manifest, its first 16 bytes written with a–p for 0–f. Nobody has
 * the private part of that key; stores sign with their own.
 */
export const CHROMIUM_ID = 'flnhbpdghfndedbacfjkoebgambbpika';

/** In Firefox, as the manifest says itself. */
export const FIREFOX_ID = 'bridge@latchkey.org';

/** Of the native messaging host: what the extension asks its browser to start. */
export const HOST_NAME = 'org.latchkey.bridge';
