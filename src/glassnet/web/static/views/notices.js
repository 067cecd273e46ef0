// What happened that a person should know: errors, what was kept, a lost connection.
import { html, useEffect } from "../html.js";
import { useStore } from "../store.js";

const LONG_ENOUGH = 9000; // to be read [ms]

export function Notices({ desk }) {
  const { store, actions } = desk;
  const notices = useStore(store, (state) => state.notices);
  const connection = useStore(store, (state) => state.connection);
  return html`
    <div class="notices" role="log" aria-label="What happened">
      ${connection === "lost" &&
      html`<p class="notice error">The program behind this page does not answer. If it has stopped, start it again and open the address that it prints: at the same port this page goes on too.</p>`}
      ${notices.map((notice) => html`<${Notice} key=${notice.id} notice=${notice} actions=${actions} />`)}
    </div>
  `;
}

function Notice({ notice, actions }) {
  useEffect(() => {
    if (notice.kind === "error") return undefined;
    const timer = setTimeout(() => actions.dismiss(notice.id), LONG_ENOUGH);
    return () => clearTimeout(timer);
  }, [notice.id]);
  return html`
    <p class=${`notice ${notice.kind}`}>
      <span>${notice.text}</span>
      <button class="quiet" aria-label="Dismiss" onClick=${() => actions.dismiss(notice.id)}>×</button>
    </p>
  `;
}
