// Files for the session as one binary message: length of the label, label, contents; see parcels.py.

export function packed(kind, name, files, more = {}) {
  const label = { kind, name, files: files.map((file) => ({ name: file.name, size: file.content.size })), ...more };
  const bytes = new TextEncoder().encode(JSON.stringify(label));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, bytes.length, true);
  return new Blob([length.buffer, bytes, ...files.map((file) => file.content)]);
}

const PICTURE = /\.(png|jpe?g|bmp|gif|webp)$/i;
const TABLE = /\.(csv|tsv|npz)$/i;
const MODEL = /\.safetensors$/i;

// What a single file is, by its name; what is in it judges the session.
export function kindOf(file) {
  if (MODEL.test(file.name)) return "model";
  if (TABLE.test(file.name)) return "table";
  return PICTURE.test(file.name) || file.type.startsWith("image/") ? "picture" : null;
}

export function sizeOf(files) {
  return files.reduce((sum, file) => sum + file.content.size, 0);
}

// The pictures of a chosen folder, by "category/file": what lies deeper or elsewhere is left out.
export function inFolder(files) {
  const found = [];
  for (const file of files) {
    const parts = (file.webkitRelativePath ?? "").split("/");
    if (parts.length === 3 && !parts[1].startsWith(".") && !parts[2].startsWith(".")) {
      found.push({ name: `${parts[1]}/${parts[2]}`, content: file });
    }
  }
  return found;
}

// The same of a folder that was dropped.
export async function inDroppedFolder(folder) {
  const found = [];
  for (const category of await entriesOf(folder)) {
    if (!category.isDirectory || category.name.startsWith(".")) continue;
    for (const entry of await entriesOf(category)) {
      if (!entry.isFile || entry.name.startsWith(".")) continue;
      const content = await new Promise((done, failed) => entry.file(done, failed));
      found.push({ name: `${category.name}/${entry.name}`, content });
    }
  }
  return found;
}

async function entriesOf(folder) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}
