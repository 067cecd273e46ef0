// The ways in for what a person has: a chosen file or folder, something dropped, something pasted.
import { html, useEffect, useRef, useState } from "../html.js";
import { inDroppedFolder, inFolder } from "../parcels.js";
import { Dialog } from "./dialog.js";

// A button that opens the computer's own choice of files.
export function FileButton({ label, accept, folder, onFile, onFolder, ...more }) {
  const input = useRef(null);
  function onChange(event) {
    const files = [...event.target.files];
    if (folder && files.length) onFolder(files[0].webkitRelativePath.split("/")[0], inFolder(files));
    else if (files.length) onFile(files[0]);
    event.target.value = ""; // so that the same file can be chosen again
  }
  return html`
    <button ...${more} onClick=${() => input.current.click()}>${label}</button>
    <input ref=${input} type="file" hidden accept=${accept} webkitdirectory=${folder} onChange=${onChange} data-for=${label} />
  `;
}

export function OpenFile({ desk: { actions } }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const give = (file) => (close(), actions.give(file));
  return html`
    <button class="quiet" aria-haspopup="dialog" onClick=${() => setOpen(true)}>Open …</button>
    ${open &&
    html`<${Dialog} title="Open your own" onClose=${close}>
      <p>It stays on this computer. Instead of choosing, you can drop it anywhere on the page.</p>
      <dl class="choices">
        <dt><${FileButton} label="Table or arrays …" accept=".csv,.tsv,.npz" onFile=${give} /></dt>
        <dd>A .csv whose first line names the columns; what is to be learned stands in the last one. Or a .npz with
          images or inputs, and labels or targets.</dd>
        <dt><${FileButton} label="Folder of pictures …" folder onFolder=${(name, files) => (close(), actions.giveFolder(name, files))} /></dt>
        <dd>With one sub-folder of pictures for each category, named after it.</dd>
        <dt><${FileButton} label="Model …" accept=".safetensors" onFile=${give} /></dt>
        <dd>A .safetensors file of glassnet. If it is for data of your own, open those first.</dd>
      </dl>
      <${LinkField} actions=${actions} onDone=${close} />
    <//>`}
  `;
}

// A link that somebody shared: only what stands behind its # counts, so that it may come from another computer.
function LinkField({ actions, onDone }) {
  const [text, setText] = useState("");
  function follow(event) {
    event.preventDefault();
    onDone();
    const said = text.trim().split("#").at(-1);
    if (said.includes("=")) location.hash = said;
    else actions.warn("That is no link of glassnet: it has a # in it, and behind that what is to be opened.");
  }
  return html`<form class="row" onSubmit=${follow}>
    <input type="text" value=${text} onInput=${(event) => setText(event.target.value)} aria-label="Link to an experiment" placeholder="A link that somebody shared" />
    <button disabled=${!text.trim()}>Follow</button>
  </form>`;
}

// What is dropped or pasted anywhere on the page.
export function Doors({ desk: { actions } }) {
  const place = useRef(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const root = place.current.closest(".glassnet");
    const page = root.ownerDocument;
    const onDragOver = (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event) => root.contains(event.relatedTarget) || setOver(false);
    const onDrop = (event) => {
      setOver(false);
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      take(event.dataTransfer, actions).catch((error) => actions.warn(`What was dropped cannot be read: ${error.message}.`));
    };
    const onPaste = (event) => {
      const inPage = root.contains(event.target) || event.target === page.body;
      const [file] = event.clipboardData.files;
      if (inPage && file) {
        event.preventDefault();
        actions.give(file);
      } else if (inPage && !event.target.closest("input, textarea")) actions.warn("There is no picture in the clipboard.");
    };
    root.addEventListener("dragover", onDragOver);
    root.addEventListener("dragleave", onDragLeave);
    root.addEventListener("drop", onDrop);
    page.addEventListener("paste", onPaste);
    return () => {
      root.removeEventListener("dragover", onDragOver);
      root.removeEventListener("dragleave", onDragLeave);
      root.removeEventListener("drop", onDrop);
      page.removeEventListener("paste", onPaste);
    };
  }, []);
  return html`<div ref=${place} class=${over ? "dropping" : ""} aria-hidden="true">
    ${over && html`<p>Drop a picture, a table, a folder of pictures, or a model</p>`}
  </div>`;
}

async function take(dropped, actions) {
  const entry = dropped.items[0]?.webkitGetAsEntry?.();
  if (dropped.items.length > 1) actions.warn("One at a time: drop one file, or one folder.");
  else if (entry?.isDirectory) actions.giveFolder(entry.name, await inDroppedFolder(entry));
  else if (dropped.files[0]) actions.give(dropped.files[0]);
}
