// The one place that names the vendored library; views import from here.
export {
  html, render, useState, useReducer, useEffect, useLayoutEffect, useRef, useMemo, useCallback,
} from "./vendor/htm-preact.js";
