// What can be handed on: a link to the experiment, the model, the picture, the whole page as a file.
import { html, useEffect, useRef, useState } from "../html.js";
import { bytesOf, pageAsHtml, pictureAsPng, pictureAsSvg, save } from "../exporting.js";
import { held } from "../frozen.js";
import { HIDEABLE, linkOf } from "../link.js";
import { useStore } from "../store.js";
import { Dialog } from "./dialog.js";

export function Share({ desk }) {
  const [open, setOpen] = useState(false);
  return html`
    <button class="quiet" aria-haspopup="dialog" onClick=${() => setOpen(true)}>Share …</button>
    ${open && html`<${Dialog} title="Share" onClose=${() => setOpen(false)}><${Link} desk=${desk} /><${Files} desk=${desk} /><//>`}
  `;
}

function Link({ desk: { store } }) {
  const [hidden, setHidden] = useState(store.get().hidden);
  const [copied, setCopied] = useState(false);
  const text = useRef(null);
  const { origin, pathname } = window.location;
  const own = useStore(store, (state) => state.structure.experiment.startsWith("own"));
  const link = useStore(store, (state) => `${origin}${pathname}#${linkOf({ ...state, hidden })}`);
  function toggle(card) {
    setCopied(false);
    setHidden(hidden.includes(card) ? hidden.filter((one) => one !== card) : [...hidden, card]);
  }
  async function copy() {
    text.current.select();
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      document.execCommand("copy"); // where the clipboard is kept from pages
    }
    setCopied(true);
  }
  return html`
    <h3>A link</h3>
    <p class="small">It holds how the experiment is made, not what it has learned: whoever opens it trains the same
      network. It leads to nobody else's computer, but to the glassnet that runs on the reader's own: a click is enough in a
      browser that has glassnet open at this address already; anywhere else, start glassnet and paste the link under
      “Open …”.${own ? " Your data are not in it: open them there first." : ""}</p>
    <div class="row">
      <input ref=${text} type="text" readonly value=${link} aria-label="Link to this experiment" />
      <button class="primary" onClick=${copy}>${copied ? "Copied" : "Copy"}</button>
    </div>
    <fieldset class="hideable">
      <legend class="small">For a class: hide in the link</legend>
      ${HIDEABLE.map(([card, name]) => html`<label class="check">
        <input type="checkbox" checked=${hidden.includes(card)} onChange=${() => toggle(card)} /> ${name}
      </label>`)}
    </fieldset>
  `;
}

function Files({ desk }) {
  const { store, actions } = desk;
  const place = useRef(null);
  const asked = useRef(null);
  const file = useStore(store, (state) => state.file);
  const frozen = useStore(store, (state) => state.frozen);
  const picture = () => place.current.closest(".glassnet").querySelector(".network .picture");
  const name = (ending) => `glassnet-${store.get().structure.name}${ending}`;

  // What was asked of the session arrives a moment later.
  useEffect(() => {
    if (asked.current !== "model" || !file) return;
    asked.current = null;
    save(file.name, new Blob([bytesOf(file.base64)]));
    store.set({ file: null });
  }, [file]);
  useEffect(() => {
    if (asked.current !== "page" || !frozen) return;
    asked.current = null;
    const taken = new Date().toISOString().slice(0, 16).replace("T", " ");
    attempt(async () => save(name(".html"), new Blob([await pageAsHtml(held(store.get(), frozen, taken))], { type: "text/html" })));
    store.set({ frozen: null });
  }, [frozen]);

  async function attempt(make) {
    try {
      await make();
    } catch (error) {
      actions.warn(`It cannot be made: ${error.message}.`);
    }
  }
  function ask(what, action) {
    asked.current = what;
    action();
  }
  return html`
    <h3 ref=${place}>A file</h3>
    <dl class="choices">
      <dt><button onClick=${() => ask("model", actions.download)}>Model</button></dt>
      <dd>What it has learned (.safetensors): glassnet opens it, and so do others.</dd>
      <dt>
        <button onClick=${() => attempt(() => save(name(".svg"), new Blob([pictureAsSvg(picture()).text], { type: "image/svg+xml" })))}>SVG</button>
        <button onClick=${() => attempt(async () => save(name(".png"), await pictureAsPng(picture())))}>PNG</button>
      </dt>
      <dd>The picture of the network as it is shown now.</dd>
      <dt><button onClick=${() => ask("page", actions.freeze)}>Whole page</button></dt>
      <dd>One .html file that opens anywhere, without glassnet: a snapshot to look into, not to train.</dd>
    </dl>
  `;
}

// Of a page that a link has made simpler.
export function Hidden({ desk: { store, actions } }) {
  const hidden = useStore(store, (state) => state.hidden);
  if (!hidden.length) return null;
  return html`<p class="small banner">The link to this page hides some of it. <button class="link" onClick=${() => actions.hide([])}>Show everything</button></p>`;
}

export function Snapshot({ desk: { store } }) {
  const taken = useStore(store, (state) => state.snapshot);
  const structure = useStore(store, (state) => state.structure);
  return html`
    <header class="header">
      <h1><span class="mark" aria-hidden="true"></span>glassnet</h1>
      <p class="facts">${structure.name} · ${structure.data}</p>
      <p class="banner"><b>A snapshot</b> of ${taken} UTC: it stands still. Point and click to look inside; glassnet itself is needed to train.</p>
    </header>
  `;
}
