// Imported before noVNC, which waits for a trial of the browser's H.264 decoder before it does anything else. On some
// phones (Chromium on Android 16) that wait never ends, and there would be no console at all. Hypervisors that send
// H.264 are rare, and send something else when it is not asked for.

delete globalThis.VideoDecoder;
