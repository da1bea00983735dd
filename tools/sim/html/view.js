// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What is looked at: a stretch of time, one event, and which kinds and servers are shown.

const view = {begin: beginning, end: ending, picked: -1, search: ''};
const shownGroups = groups.map(() => true);
const shownServers = Array.from({length: lanes + 1}, () => true);

// Events that are shown and match the search, in order: one steps through these.
let steps = new Uint32Array(0);
const listeners = [];

const shortest = 1000;  // Nanoseconds across the picture.
const margin = (ending - beginning) * 0.02;

function changed(what) {
  for (const listener of listeners) {
    listener(what);
  }
}

function isShown(i) {
  if (i === violationAt) {
    return true;
  }
  return shownGroups[groupOf[i]] && shownServers[servers[i]] && (!isFrame(i) || shownServers[peerOf(i)]);
}

function chooseSteps() {
  const words = view.search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const matches = (i) => {
    const text = `${place(servers[i])} ${kindNames[kinds[i]]} ${describe(i)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const chosen = new Uint32Array(count);
  let many = 0;
  for (let i = 0; i < count; ++i) {
    if (isShown(i) && (words.length === 0 || matches(i))) {
      chosen[many++] = i;
    }
  }
  steps = chosen.slice(0, many);
}

function show(begin, end) {
  const low = beginning - margin;
  const high = ending + margin;
  const span = Math.min(Math.max(end - begin, shortest), high - low);
  view.begin = Math.min(Math.max(begin, low), high - span);
  view.end = view.begin + span;
  changed('range');
}

const showAll = () => show(beginning - margin, ending + margin);

// Zooms so that the time `at` stays where it is. factor > 1: out.
function zoom(factor, at = (view.begin + view.end) / 2) {
  const span = Math.max((view.end - view.begin) * factor, shortest);
  const share = (at - view.begin) / (view.end - view.begin);
  show(at - share * span, at + (1 - share) * span);
}

const pan = (share) => {
  const by = (view.end - view.begin) * share;
  show(view.begin + by, view.end + by);
};

// Selects an event, and moves it into the picture if it is outside.
function pick(i) {
  if (i < 0 || i >= count) {
    return;
  }
  view.picked = i;
  const span = view.end - view.begin;
  const at = times[i];
  if (at < view.begin + span * 0.04 || at > view.end - span * 0.04) {
    show(at - span / 2, at + span / 2);
  }
  changed('picked');
}

// The first of the steps that is at or after event i; steps.length: none.
function stepFrom(i) {
  return lastUpTo(steps, i - 1, (step) => step) + 1;
}

function step(forward) {
  const at = stepFrom(view.picked);
  const next = forward ? (steps[at] === view.picked ? at + 1 : at) : at - 1;
  if (next >= 0 && next < steps.length) {
    pick(steps[next]);
  }
}

// The next event of `list`, or the first one when there is none behind the selected one.
function pickNextOf(list) {
  if (list.length > 0) {
    pick(list.find((i) => i > view.picked) ?? list[0]);
  }
}

// The next step of the kind of the selected event.
function stepAlike(forward) {
  if (view.picked < 0) {
    return;
  }
  const by = forward ? 1 : -1;
  const at = stepFrom(view.picked);
  for (let k = steps[at] === view.picked || !forward ? at + by : at; k >= 0 && k < steps.length; k += by) {
    if (kinds[steps[k]] === kinds[view.picked] && groupOf[steps[k]] === groupOf[view.picked]) {
      pick(steps[k]);
      return;
    }
  }
}

// Where the violation was seen, with what led to it.
function showViolation() {
  const span = 3 * run.election_timeout;
  const at = times[violationAt];
  show(at - 0.8 * span, at + 0.2 * span);
  pick(violationAt);
}

function filter() {
  chooseSteps();
  changed('filter');
}

function searchFor(text) {
  view.search = text;
  filter();
}

