// What a page knows, and what each message from its session makes of it.

export const BEGINNING = {
  connection: "connecting", // or "live", "lost"
  welcome: null, // what may be opened and chosen
  structure: null, // what the network is made of, its data, its settings
  coming: null, // the structure of the frames to come
  frame: null, // the newest numbers
  curves: null,
  fields: new Map(), // "layer/neuron" to the little picture inside
  inspection: null, // what is inside the selected thing
  checked: null, // the gradient check, once asked for
  draft: null, // inputs that were painted but not yet answered
  inside: "values", // or "fields"
  highlight: null, // { layer, neuron, source }: a wire that is pointed at
  lit: null, // what a backward pass in slow motion is at, see slow_pass.js
  asked: 0, // the newest mark: the frame that holds it answers everything that was asked
  chapter: null, // of the story, from 1; null: it is closed
  scene: 0, // the mark of its scene: with the frame that holds it the scene has come
  done: [], // the chapters whose task was done
  notices: [], // { id, kind, text }
  theme: "auto", // or "light", "dark"
  hidden: [], // the cards that a link hides
  webcam: false, // whether it is on
  kept: null, // { experiment, weights, step }: what the network has learned, if it is small enough to be kept
  lost: null, // the same of a session that ended, until it was handed to the next one
  sessions: 0, // how many have begun: another one where the program was started anew
  diagnosis: null, // what the doctor said
  why: null, // { finding }: which of the findings somebody asked about
  table: null, // how the table that was brought was read, or why it could not be
  frozen: null, // what is inside everything shown, once asked for
  file: null, // that the session handed over
  snapshot: null, // when the page was frozen, if it is
};

const MOST_NOTICES = 4;
let nextNotice = 1;

export function noticed(state, kind, text) {
  const others = state.notices.filter((notice) => notice.text !== text);
  return { notices: [...others, { id: nextNotice++, kind, text }].slice(-MOST_NOTICES) };
}

const TAKE = {
  // A session that waited for its page knows everything; a new one is told by the address.
  welcome: (state, message) =>
    message.again ? { welcome: message } : { welcome: message, sessions: state.sessions + 1, kept: null, lost: state.kept ?? state.lost },
  // Taken over with the frame that follows, so that structure and numbers are always of one network.
  structure: (state, message) => ({ coming: message }),
  frame: (state, { weights, ...message }) => ({
    ...arrived(state),
    frame: message,
    kept: keptOf(state, weights, message.training.step),
    curves: message.curves ? { pins: state.curves?.pins ?? [], ...message.curves } : state.curves,
    fields: message.fields ? byPlace(message.fields) : (arrived(state).fields ?? state.fields),
    inspection: "inspection" in message ? message.inspection : state.inspection,
    draft: same(state.draft, message.inputs) ? null : state.draft,
  }),
  checked: (state, message) => ({ checked: message }),
  experiments: (state, { experiments }) => ({ welcome: { ...state.welcome, experiments } }),
  diagnosis: (state, diagnosis) => ({ diagnosis }),
  table: (state, table) => ({ table }),
  frozen: (state, { inside }) => ({ frozen: inside }),
  file: (state, message) => ({ file: message }),
  snapshot: (state, { part }) => part,
  notice: (state, message) => noticed(state, "notice", message.text),
  error: (state, message) => ({ ...noticed(state, "error", message.text), draft: null }),
};

// Whether everything that was asked is done, and shown.
export const isSettled = ({ frame, asked, draft }) => frame !== null && frame.mark >= asked && draft === null;

// Whether the scene of the open chapter has come.
export const hasCome = ({ frame, scene }) => frame !== null && frame.mark >= scene;

export function take(state, message) {
  return TAKE[message.kind]?.(state, message) ?? {};
}

function arrived({ coming, structure, fields }) {
  if (!coming) return {};
  const same = structure?.experiment === coming.experiment;
  return {
    structure: coming, coming: null, checked: null,
    ...(same ? {} : { diagnosis: null }),
    fields: structure?.name === coming.name ? fields : new Map(),
  };
}

// The weights that a frame holds, or null where they are as before, or undefined where they were not looked at.
function keptOf({ coming, structure, kept }, weights, step) {
  if (weights) return { experiment: (coming ?? structure).experiment, weights, step };
  const isAnother = coming && (coming.experiment !== structure?.experiment || coming.name !== structure?.name);
  if (isAnother || !kept) return null;
  return weights === null ? { ...kept, step } : kept;
}

function byPlace(fields) {
  return new Map(fields.map(({ layer, neuron, picture }) => [`${layer}/${neuron}`, picture]));
}

function same(draft, inputs) {
  return draft === null || (draft.length === inputs.length && draft.every((value, k) => value === inputs[k]));
}
