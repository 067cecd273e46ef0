// A window over the page: Escape, the cross or a click beside it closes it; the focus goes back to where it was.
import { html, useEffect, useRef } from "../html.js";

export function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  return html`
    <dialog
      ref=${dialog} aria-labelledby="dialog-title" onClose=${onClose}
      onClick=${(event) => event.target === dialog.current && onClose()}
    >
      <div class="inner">
        <div class="title">
          <h2 id="dialog-title">${title}</h2>
          <button class="quiet" aria-label="Close" onClick=${onClose}>×</button>
        </div>
        ${children}
      </div>
    </dialog>
  `;
}
