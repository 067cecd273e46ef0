// The story: a strip of chapters, and the open one: its text, one thing to do, and whether it was done.
import { CHAPTERS } from "../chapters.js";
import { html, useEffect, useRef } from "../html.js";
import { hasCome, noticed } from "../state.js";
import { useStore } from "../store.js";

export function StoryButton({ desk }) {
  const chapter = useStore(desk.store, (state) => state.chapter);
  const isOpen = chapter !== null;
  // The story plays on the bundled experiments: without them there is nothing to be told.
  const canBeTold = useStore(desk.store, ({ welcome }) => welcome?.experiments.some(({ name }) => name === "drawn") ?? false);
  if (!canBeTold) return null;
  return html`
    <button class="story-button" aria-pressed=${isOpen} onClick=${() => desk.actions.chapter(isOpen ? null : 1)}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 4c4 0 7 1 9 3 2-2 5-3 9-3v14c-4 0-7 1-9 3-2-2-5-3-9-3z" /></svg>The story
    </button>
  `;
}

export function Story({ desk }) {
  const chapter = useStore(desk.store, (state) => state.chapter);
  const card = useRef(null);
  useTask(desk, chapter, card);
  useEffect(() => card.current?.querySelector(".story-head").scrollIntoView({ block: "nearest", behavior: "auto" }), [chapter]);
  return chapter === null ? null : html`<${Chapter} card=${card} desk=${desk} chapter=${chapter} />`;
}

// Sees when the task of the chapter is done. What was on the page before the scene came does not count.
function useTask({ store }, chapter, card) {
  const scene = useStore(store, (state) => state.scene);
  useEffect(() => {
    if (chapter === null) return undefined;
    const { done } = CHAPTERS[chapter - 1];
    return store.subscribe(() => {
      const state = store.get();
      if (!hasCome(state) || state.done.includes(chapter) || !done(state)) return;
      store.set({ done: [...state.done, chapter] });
      if (!isSeen(card.current)) store.set(noticed(store.get(), "notice", `Chapter ${chapter}: done.`));
    });
  }, [chapter, scene]);
}

function isSeen(element) {
  const box = element?.getBoundingClientRect();
  return Boolean(box) && box.bottom > 60 && box.top < innerHeight;
}

function Chapter({ card, desk, chapter }) {
  const done = useStore(desk.store, (state) => state.done);
  const come = useStore(desk.store, hasCome);
  const { title, task, act } = CHAPTERS[chapter - 1];
  const isDone = done.includes(chapter);
  const { actions } = desk;
  return html`
    <section class="card story" ref=${card} aria-labelledby="story-title" aria-busy=${!come}>
      <div class="story-head">
        <h2 id="story-title"><span class="small">${chapter} of ${CHAPTERS.length}</span> ${title}</h2>
        <div class="story-steps">
          <button disabled=${chapter === 1} onClick=${() => actions.chapter(chapter - 1)}><span aria-hidden="true">‹</span> Previous</button>
          <button class=${isDone ? "primary" : ""} disabled=${chapter === CHAPTERS.length} onClick=${() => actions.chapter(chapter + 1)}>Next <span aria-hidden="true">›</span></button>
          <button class="quiet" onClick=${() => actions.chapter(chapter)} title="Set this scene anew">Again</button>
          <button class="quiet" onClick=${() => actions.chapter(null)}>Close</button>
        </div>
      </div>
      <p class="hidden" role="status">Chapter ${chapter}: ${title}${isDone ? ". Done" : ""}</p>
      <div class="story-body">
        ${come ? html`<${Telling} store=${desk.store} tell=${CHAPTERS[chapter - 1].tell} />` : html`<p class="telling">…</p>`}
        <p class=${isDone ? "task is-done" : "task"}>
          <span class="task-mark" aria-hidden="true">${isDone ? "✓" : "→"}</span>
          <span><b>${isDone ? "Done" : "To do"}:</b> ${task} ${act && html`<button onClick=${() => act.run(actions)}>${act.label}</button>`}</span>
        </p>
      </div>
      <${Strip} chapter=${chapter} done=${done} actions=${actions} />
    </section>
  `;
}

// Its numbers are live: it alone is drawn anew with every frame.
function Telling({ store, tell }) {
  return html`<p class="telling">${tell(useStore(store, (state) => state))}</p>`;
}

// One stop for the Tab key; the arrow keys go from chapter to chapter.
function Strip({ chapter, done, actions }) {
  const list = useRef(null);
  function onKeyDown(event) {
    const here = Number(event.target.dataset.chapter);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 1, End: CHAPTERS.length }[event.key];
    if (!to) return;
    event.preventDefault();
    list.current.querySelector(`[data-chapter="${to}"]`)?.focus();
  }
  return html`
    <nav aria-label="Chapters">
      <ol class="strip" ref=${list} onKeyDown=${onKeyDown}>
        ${CHAPTERS.map(({ title }, k) => {
          const number = k + 1;
          return html`<li><button
            data-chapter=${number} tabindex=${number === chapter ? 0 : -1} aria-current=${number === chapter ? "step" : null}
            class=${done.includes(number) ? "was-done" : ""} title=${title}
            aria-label=${`${number}: ${title}${done.includes(number) ? ", done" : ""}`} onClick=${() => actions.chapter(number)}
          >${number}</button></li>`;
        })}
      </ol>
    </nav>
  `;
}
