// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// How each server stood at each moment, and what lasted how long: writes, calls, messages.

const roleNames = ['follower', 'pre-candidate', 'candidate', 'leader'];
const memberships = {none: 0, voter: 1, learner: 2, removed: 3};

// A state of a server holds from event `from` on, at time `at`. Never changed; `with...` copies.
const unborn = {
  from: -1, at: 0, up: false, lost: false, run: 0, role: 0, term: 0, leader: 0, vote: 0,
  commit: 0, applied: 0, durable: 0, last: 0, first: 0, snapshot: 0, membership: memberships.voter,
  faulted: '', paused: false, slow: false, stuck: false, full: false, low: false, cut: [],
};

// Of what a crash or a start leaves nothing.
const forgotten = {
  role: 0, term: 0, leader: 0, commit: 0, applied: 0, durable: 0, last: 0, first: 0, faulted: '',
  paused: false,
};

const well = {paused: false, slow: false, stuck: false, full: false, low: false};

// What an event changes in the state of its server; null: nothing.
function changeOf(state, name, n, detail) {
  switch (name) {
    case 'start': return {...forgotten, up: true, run: n[0], term: state.term, last: state.last};
    case 'crash': return {...forgotten, up: false, term: state.term, last: state.last};
    case 'closed': return {...forgotten, up: false, term: state.term, last: state.last};
    case 'lost': return {lost: true};
    case 'faulted': return {faulted: detail || 'faulted'};
    case 'standing': return {role: n[0], term: n[1], leader: n[2]};
    case 'hard_state': return {vote: n[1], term: Math.max(state.term, n[0])};
    case 'state': return {commit: n[0], applied: n[1], durable: n[2], last: n[3], first: n[4],
      snapshot: n[5], membership: n[6]};
    case 'pause': case 'strand': return {paused: true};
    case 'resume': return {paused: false};
    case 'slow_disk': return {slow: true};
    case 'stuck_disk': return {stuck: true};
    case 'full_disk': return {full: true};
    case 'low_disk': return {low: true};
    case 'well_disk': return detail === 'low' ? {low: false, full: false} : {[detail]: false};
    case 'cut': return {cut: [...state.cut.filter((peer) => peer !== n[0]), n[0]]};
    case 'join': return {cut: state.cut.filter((peer) => peer !== n[0])};
    default: return null;
  }
}

// By server (0 is of nobody) its states, in order.
const history = Array.from({length: lanes + 1}, (_, server) => [
  server <= run.servers ? unborn : {...unborn, membership: memberships.none}]);
// By server its writes {from, at, end, ok}, by client its calls {from, at, end, outcome, text}.
const writes = Array.from({length: lanes + 1}, () => []);
const calls = new Map();
// Indexes of sendings and of what the world does.
const sends = [];
const marks = [];

function change(server, from, at, what) {
  const states = history[server];
  const now = states[states.length - 1];
  states.push({...now, ...what, from, at});
}

function takeState(name, server, n, detail, from, at) {
  if (name === 'heal') {
    for (let each = 1; each <= lanes; ++each) {
      change(each, from, at, well);
    }
    return;
  }
  if (server === 0 || server > lanes) {
    return;
  }
  const states = history[server];
  const what = changeOf(states[states.length - 1], name, n, detail);
  if (what) {
    change(server, from, at, what);
  }
}

function takeWrite(i, name, server, n) {
  if (name === 'write') {
    writes[server].push({from: i, id: n[0], at: times[i], end: Infinity, outcome: -1});
    return;
  }
  const mine = writes[server];
  for (let k = mine.length - 1; k >= 0 && mine[k].end === Infinity; --k) {
    if (name !== 'durable') {
      // The process is gone, and does not wait for them any more.
      mine[k].end = times[i];
    } else if (mine[k].id === n[0]) {
      mine[k].end = times[i];
      mine[k].outcome = n[1];
    }
  }
}

function takeCall(i, name, n, detail, at) {
  if (!calls.has(n[0])) {
    calls.set(n[0], []);
  }
  const mine = calls.get(n[0]);
  if (name === 'call') {
    mine.push({from: i, at, end: Infinity, outcome: -1, text: detail || ''});
  } else if (mine.length > 0 && mine[mine.length - 1].end === Infinity) {
    mine[mine.length - 1].end = at;
    mine[mine.length - 1].outcome = n[1];
  }
}

data.before.reduce((before, [delta, kind, server, detail, ...n]) => {
  const at = before + delta;
  const name = kindNames[kind];
  takeState(name, server, n, detail, -1, at);
  if (name === 'call' || name === 'returned') {
    takeCall(-1, name, n, detail, at);
  }
  return at;
}, 0);

const marked = new Set(['crash', 'start', 'closed', 'lost', 'faulted', 'truncated', 'capture', 'install',
  'corrupt', 'configuration', 'transfer', 'heal', 'reset', 'half_open', 'violation', 'bad_link']);
const elections = [];

for (let i = 0; i < count; ++i) {
  const name = kindNames[kinds[i]];
  const n = numbers[i];
  takeState(name, servers[i], n, details[i], i, times[i]);
  if (name === 'send') {
    sends.push(i);
  } else if (name === 'write' || name === 'durable' || name === 'crash' || name === 'closed') {
    takeWrite(i, name, servers[i], n);
  } else if (name === 'call' || name === 'returned') {
    takeCall(i, name, n, details[i], times[i]);
  }
  if (name === 'standing' && n[0] === 3) {
    elections.push(i);
  }
  if (marked.has(name)) {
    marks.push(i);
  }
}

const clients = [...calls.keys()].sort((left, right) => left - right);

// Those that were on their way for long: they are looked at wherever the picture begins.
const usualFlight = 100e6;
const slowSends = sends.filter((i) => otherEnd(i) >= 0 && times[otherEnd(i)] - times[i] > usualFlight);

// The last element of `list` whose `key` is at most `value`; -1: none.
function lastUpTo(list, value, key) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(list[middle]) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

// How a server stood after event i.
function stateAfter(server, i) {
  return history[server][lastUpTo(history[server], i, (state) => state.from)];
}

// What a state is painted as.
function roleOf(state) {
  if (!state.up) {
    return state.lost ? 'lost' : 'down';
  }
  if (state.faulted) {
    return 'faulted';
  }
  if (state.membership === memberships.removed) {
    return 'removed';
  }
  if (state.role === 0 && state.membership === memberships.learner) {
    return 'learner';
  }
  if (state.role === 0 && state.membership === memberships.none) {
    return 'no member';
  }
  return roleNames[state.role];
}

const roleColours = {
  follower: '--follower', 'pre-candidate': '--pre', candidate: '--candidate', leader: '--leader',
  learner: '--learner', removed: '--removed', faulted: '--faulted', 'no member': '--outside',
};

// What is wrong with a server, in words.
function troublesOf(state) {
  const troubles = [];
  if (state.faulted) {
    troubles.push(`faulted: ${state.faulted}`);
  }
  if (state.paused) {
    troubles.push('stands still');
  }
  for (const what of ['slow', 'stuck', 'full', 'low']) {
    if (state[what]) {
      troubles.push(`disk ${what}`);
    }
  }
  if (state.cut.length > 0) {
    troubles.push(`cannot send to ${[...state.cut].sort().join(', ')}`);
  }
  return troubles;
}

// For the lanes: stretches of time in which a server was painted alike.
const stretches = history.map((states) => {
  const list = [];
  for (const state of states) {
    const role = roleOf(state);
    const now = list[list.length - 1];
    if (now && now.role === role && now.term === state.term && now.run === state.run) {
      continue;
    }
    list.push({at: state.at, role, term: state.term, run: state.run});
  }
  return list;
});

// The same for one trouble: [begin, end] pairs.
function spansOf(states, holds) {
  const list = [];
  let since = null;
  for (const state of states) {
    if (holds(state) && since === null) {
      since = state.at;
    } else if (!holds(state) && since !== null) {
      list.push([since, state.at]);
      since = null;
    }
  }
  if (since !== null) {
    list.push([since, Infinity]);
  }
  return list;
}

const troubleSpans = history.map((states) => ({
  pause: spansOf(states, (state) => state.paused),
  ill: spansOf(states, (state) => state.slow || state.stuck || state.full || state.low),
  cut: spansOf(states, (state) => state.cut.length > 0),
}));

