// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Where things are in the picture, and their colours.

const timeline = document.getElementById('timeline');
const picture = timeline.querySelector('canvas');
const pen = picture.getContext('2d');
const smallFont = '11px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

const gutter = 88;     // Names of lanes stand left of this.
const axisHeight = 24;
const worldHeight = 22;
const bandHeight = 17;

// Filled by placeLanes: sizes, by server the top of its lane (hidden: undefined), clients' rows.
const layout = {width: 0, height: 0, laneHeight: 0, tops: [], clientsTop: 0, clientHeight: 0};

const colours = {};

function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ['page', 'card', 'ink', 'soft', 'line', 'stripe', 'accent', 'wrong', 'good', 'pick',
    'follower', 'pre', 'candidate', 'leader', 'learner', 'removed', 'faulted', 'outside', 'on-role',
    'on-dark-role', 'vote', 'append', 'heartbeat', 'snapshot', 'forward', 'read', 'lost', 'write', 'ill',
    'cut', 'pause', 'commit']) {
    colours[`--${name}`] = style.getPropertyValue(`--${name}`).trim();
  }
}

// Makes the canvas as fine as the screen; gives its size in CSS pixels.
function fit(canvas, context) {
  const scale = window.devicePixelRatio || 1;
  const {width, height} = canvas.parentElement.getBoundingClientRect();
  const wide = Math.max(1, Math.round((width - 2) * scale));
  const high = Math.max(1, Math.round((height - 2) * scale));
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return [width - 2, height - 2];
}

function placeLanes() {
  [layout.width, layout.height] = fit(picture, pen);
  const shown = shownServers.filter((is, server) => is && server > 0).length;
  const rows = shownGroups[groupNumber.calls] ? clients.length : 0;
  const room = layout.height - axisHeight - worldHeight - 6;
  // Clients may take a fifth of it.
  layout.clientHeight = rows === 0 ? 0 : Math.max(2, Math.min(11, (room * 0.2) / rows));
  const clientsHeight = rows === 0 ? 0 : layout.clientHeight * rows + 8;
  layout.laneHeight = Math.min(190, (room - clientsHeight) / Math.max(1, shown));
  let top = axisHeight + worldHeight;
  for (let server = 1; server <= lanes; ++server) {
    layout.tops[server] = shownServers[server] ? top : undefined;
    top += shownServers[server] ? layout.laneHeight : 0;
  }
  layout.clientsTop = top + 6;
}

const plotWidth = () => Math.max(1, layout.width - gutter - 6);
const xOf = (ns) => gutter + ((ns - view.begin) / (view.end - view.begin)) * plotWidth();
const timeOf = (x) => view.begin + ((x - gutter) / plotWidth()) * (view.end - view.begin);
const cutX = (ns) => Math.min(Math.max(xOf(ns), gutter), gutter + plotWidth());

// Of a lane: troubles above, the band of roles, writes under it, the log at the bottom.
const bandTop = (server) => layout.tops[server] + Math.min(16, layout.laneHeight * 0.2);
const bandMiddle = (server) => bandTop(server) + bandHeight / 2;
const writesTop = (server) => bandTop(server) + bandHeight + 3;
const logTop = (server) => writesTop(server) + 8;
const logBottom = (server) => layout.tops[server] + layout.laneHeight - 6;

const clientTop = (client) => layout.clientsTop + clients.indexOf(client) * layout.clientHeight;

// Where an event is in the picture; null: nowhere.
function placeOf(i) {
  const x = xOf(times[i]);
  const name = kindNames[kinds[i]];
  if (servers[i] === 0) {
    const row = calls.has(numbers[i][0]) && (name === 'call' || name === 'returned' || name === 'committed');
    if (row && layout.clientHeight > 0) {
      return [x, clientTop(numbers[i][0]) + layout.clientHeight / 2];
    }
    return [x, axisHeight + worldHeight / 2];
  }
  const server = servers[i];
  if (layout.tops[server] === undefined) {
    return null;
  }
  switch (groups[groupOf[i]].name) {
    case 'writes': return [x, writesTop(server) + 2];
    case 'applies': return [x, Math.max(logTop(server) + 2, logBottom(server) - 4)];
    default: return [x, bandMiddle(server)];
  }
}

