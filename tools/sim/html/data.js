// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The run: its events in columns, and what they are in words. tools/sim/page_data.cc writes them.

const data = JSON.parse(document.getElementById('data').textContent);
const run = data.run;
const kindNames = data.kinds;
const kindOf = Object.fromEntries(kindNames.map((name, number) => [name, number]));

const count = data.events.length;
const times = new Float64Array(count);  // Nanoseconds.
const kinds = new Uint8Array(count);
const servers = new Uint8Array(count);  // 0: none.
const details = new Array(count);       // 0: none.
const numbers = new Array(count);       // What stands behind the detail.

data.events.reduce((before, row, i) => {
  times[i] = before + row[0];
  kinds[i] = row[1];
  servers[i] = row[2];
  details[i] = row[3];
  numbers[i] = row.slice(4);
  return times[i];
}, 0);
data.events = null;

const lanes = run.servers + run.spares;
const beginning = count > 0 ? times[0] : 0;
const ending = count > 0 ? Math.max(times[count - 1], beginning + 1) : 1;

// Groups of kinds: what the chips show and hide. A colour is a variable of the style.
const groups = [
  {name: 'votes', colour: '--vote', tells: 'votes, pre-votes and calls to campaign'},
  {name: 'appends', colour: '--append', tells: 'entries and their acknowledgements'},
  {name: 'heartbeats', colour: '--heartbeat', tells: 'heartbeats and their answers'},
  {name: 'snapshots', colour: '--snapshot', tells: 'snapshots, taken, sent, installed'},
  {name: 'forwarded', colour: '--forward', tells: 'proposals on their way to the leader'},
  {name: 'reads', colour: '--read', tells: 'reads, and what operators ask for'},
  {name: 'roles', colour: '--leader', tells: 'starts, ends, roles, terms, configurations'},
  {name: 'writes', colour: '--write', tells: 'writes, and what became durable'},
  {name: 'applies', colour: '--commit', tells: 'what was committed and applied'},
  {name: 'calls', colour: '--good', tells: 'calls of clients'},
  {name: 'faults', colour: '--wrong', tells: 'faults of the world, and the violation'},
];
const groupNumber = Object.fromEntries(groups.map((group, number) => [group.name, number]));

// As FrameType counts.
const groupsOfFrames = ['', '', '', 'votes', 'votes', 'appends', 'appends', 'heartbeats', 'heartbeats',
  'votes', 'forwarded', 'forwarded', 'snapshots', 'snapshots', 'reads', 'reads', 'reads', 'reads'];

const groupsOfKinds = {};
for (const [group, names] of Object.entries({
  roles: 'start crash close closed lost faulted standing configuration change change_over transfer' +
    ' transferred release',
  snapshots: 'capture install snapshot compacted',
  writes: 'write durable hard_state entry truncated',
  applies: 'apply state',
  calls: 'call returned propose read read_done read_old committed',
})) {
  for (const name of names.split(' ')) {
    groupsOfKinds[name] = group;
  }
}

const isFrame = (i) => kinds[i] === kindOf.send || kinds[i] === kindOf.receive;

// Of each event its group; whatever is not named above is a fault.
const groupOf = new Uint8Array(count);
for (let i = 0; i < count; ++i) {
  const name = isFrame(i) ? groupsOfFrames[numbers[i][1]] : groupsOfKinds[kindNames[kinds[i]]];
  groupOf[i] = groupNumber[name] ?? groupNumber.faults;
}

const isSend = (i) => kinds[i] === kindOf.send;
const peerOf = (i) => numbers[i][0];
// Of a frame: the event of its other end; -1: none is known.
const otherEnd = (i) => numbers[i][2];
// Of a sending: a fault took it. Of a receipt: it had come before.
const isLostOrAgain = (i) => numbers[i][3] === 1;

const plural = (many, word) => `${many.toLocaleString('en')} ${word}${many === 1 ? '' : 's'}`;

const violationAt = run.violation && kindOf.violation !== undefined
  ? kinds.lastIndexOf(kindOf.violation) : -1;

function frameText(i) {
  const other = otherEnd(i);
  return details[i] || (other >= 0 && details[other]) || '';
}

const stateNames = ['commit', 'applied', 'durable', 'last', 'first', 'snapshot'];
const returnedNames = ['is answered', 'gives up: unknown', 'gives up: refused'];

// One line that says what happened; the server stands beside it.
function describe(i) {
  const name = kindNames[kinds[i]];
  const n = numbers[i];
  const detail = details[i] || '';
  switch (name) {
    case 'send': return `→ ${n[0]}  ${frameText(i)}`;
    case 'receive': return `← ${n[0]}  ${frameText(i)}`;
    case 'lose': return `the frame to ${n[0]} is lost`;
    case 'repeat': return `the frame to ${n[0]} comes again later`;
    case 'delay': return `the frame to ${n[0]} is overtaken`;
    case 'cut': return `nothing reaches ${n[0]}`;
    case 'join': return `${n[0]} is reached again`;
    case 'bad_link': return `the link to ${n[0]} never heals`;
    case 'state': return stateNames.map((what, k) => `${what} ${n[k]}`).join(', ');
    case 'call': return `client ${n[0]} calls: ${detail}`;
    case 'returned': return `client ${n[0]} ${returnedNames[n[1]]}`;
    case 'read_done': return `a read is answered at ${n[0]}`;
    case 'read_old': return `what is there is read, at ${n[0]}`;
    case 'well_disk': return `the disk is not ${detail} any more`;
    case 'strand': return `the leader stands still ${detail}, and is cut off`;
    case 'standing': return detail;
    case 'apply': return `applies ${detail}`;
    default: return name.replace('_', ' ') + (detail ? `: ${detail}` : '');
  }
}

const place = (server) => (server === 0 ? 'world' : `server ${server}`);

// "1.234567 s" with as many digits as tell moments apart that are `step` nanoseconds apart.
function timeText(ns, step = 1000) {
  const digits = Math.max(0, Math.min(9, 9 - Math.floor(Math.log10(Math.max(1, step)))));
  return `${(ns / 1e9).toFixed(digits)} s`;
}

function durationText(ns) {
  if (ns < 1e6) {
    return `${(ns / 1e3).toFixed(ns < 1e4 ? 1 : 0)} µs`;
  }
  return ns < 1e9 ? `${(ns / 1e6).toFixed(ns < 1e7 ? 2 : 1)} ms` : `${(ns / 1e9).toFixed(3)} s`;
}

// The first event at or after a time; `count`: none.
function firstAt(ns) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < ns) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

