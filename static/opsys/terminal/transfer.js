// One file up or down, in pieces: the browser reads an upload from the disk and keeps a download there, never whole
// in memory. A piece that got lost on the way is sent or fetched again.

import { headers, post, Refused } from "./asking.js";
import { text } from "./texts.js";

const TRIES = 6;
const WAIT_MS = 500;
const FOLDER = "downloads";
const KEPT_MS = 24 * 3600 * 1000;
const MOST_IN_MEMORY = 512 * 1024 * 1024; // plain HTTP has no place on the disk for pages

export class Stopped extends Error {}

// `moved(bytes)` hears how far it is. Resolves to the SHA-256 the server computed.
export async function upload(address, { folder, file, replace, signal, moved }) {
  const begun = await post(`${address}upload/`, { folder, name: file.name, size: file.size, replace });
  if (begun.exists) return { exists: true };
  return finished(address, begun, signal, async () => {
    for (let at = 0; at < file.size; at += begun.piece) {
      const body = file.slice(at, at + begun.piece);
      await piece(address, begun, at, { method: "PUT", body, signal });
      moved(at + body.size);
    }
  });
}

export async function download(address, { path, signal, begins, moved }) {
  const begun = await post(`${address}download/`, { path });
  begins(begun);
  if (!navigator.storage?.getDirectory && begun.size > MOST_IN_MEMORY) {
    await post(`${address}${begun.transfer}/cancel/`, {});
    throw new Refused(text("files.large", { limit: "512 MiB" }));
  }
  const store = await storeFor(begun.name);
  const result = await finished(address, begun, signal, async () => {
    for (let at = 0; at < begun.size; at += begun.piece) {
      const answer = await piece(address, begun, at, { method: "GET", signal });
      await store.write(await answer.arrayBuffer()); // blobs would pile up: the browser does not count them as garbage
      moved(Math.min(at + begun.piece, begun.size));
    }
  });
  save(await store.file(), begun.name);
  return result;
}

async function finished(address, begun, signal, work) {
  try {
    await work();
    return await post(`${address}${begun.transfer}/finish/`, {});
  } catch (problem) {
    if (!signal.aborted) throw problem;
    await post(`${address}${begun.transfer}/cancel/`, {}).catch(() => {});
    throw new Stopped();
  }
}

async function piece(address, begun, at, options) {
  for (let left = TRIES; ; left--) {
    try {
      const answer = await fetch(`${address}${begun.transfer}/piece/?offset=${at}`, { ...options, headers });
      if (answer.ok) return answer;
      if (answer.status < 500) throw new Refused((await answer.json()).error);
      throw new TypeError(String(answer.status));
    } catch (problem) {
      if (!(problem instanceof TypeError) || left <= 1) throw problem;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS * (TRIES - left + 1)));
    }
  }
}

// Where the pieces of a download are put: on the disk where the browser has a place for it, else in memory.
async function storeFor(name) {
  if (!navigator.storage?.getDirectory) {
    const parts = [];
    return { write: async (part) => parts.push(part), file: async () => new File(parts, name) };
  }
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  const handle = await folder.getFileHandle(`${Date.now()}-${crypto.getRandomValues(new Uint32Array(1))[0]}`, { create: true });
  const writer = await handle.createWritable();
  return {
    write: (part) => writer.write(part),
    file: async () => {
      await writer.close();
      return handle.getFile();
    },
  };
}

function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// The browser says to nobody when it has saved a file; a day later it has.
async function sweep() {
  if (!navigator.storage?.getDirectory) return;
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  for await (const name of folder.keys()) {
    if (Date.now() - Number(name.split("-")[0]) > KEPT_MS) await folder.removeEntry(name).catch(() => {});
  }
}

sweep();
