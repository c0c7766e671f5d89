import { setMaxListeners } from 'node:events';

/** An abort controller whose signal many may listen to: ten calls at once are no leak, but Node would warn of one. */
export function abortSource(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
