// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What the page says of its run, its legend, and where it opens.

function legendItem(words, colour, className) {
  const sample = element('i', className || '');
  sample.style.setProperty('--c', colour);
  return element('span', '', sample, words);
}

function showLegend() {
  const lines = Object.entries(roleColours)
    .map(([role, colour]) => legendItem(role, `var(${colour})`));
  byId('legend').append(...lines, legendItem('down', '', 'empty'),
    legendItem('write', 'var(--write)', 'thin'),
    legendItem('log', 'color-mix(in srgb, var(--commit) 60%, transparent)'),
    legendItem('cannot send', 'var(--cut)', 'thin'), legendItem('disk ill', 'var(--ill)', 'thin'),
    legendItem('stands still', 'var(--pause)'), legendItem('lost', 'var(--lost)', 'thin'),
    legendItem('call answered', 'var(--good)'), legendItem('unknown', 'var(--pre)'),
    legendItem('refused', 'var(--removed)'));
}

function showHelp() {
  const names = {ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→'};
  const table = element('dl', '');
  for (const [keysOf, words] of keys) {
    const shown = keysOf.map((key) => names[key] || key).join('  ');
    table.append(element('dt', '', shown), element('dd', '', words));
  }
  const mouse = element('dl', '');
  for (const [what, words] of [
    ['wheel, pinch', 'zoom'],
    ['drag', 'move'],
    ['click', 'select the nearest event'],
    ['Shift and a chip', 'show nothing else, or all again'],
    ['discs on lanes', 'crash ✕, start ▸, closed ■, faulted !, truncation «, snapshot S, installed I, ' +
      'configuration C, transfer T'],
  ]) {
    mouse.append(element('dt', '', what), element('dd', '', words));
  }
  const close = element('button', '', 'Close');
  close.addEventListener('click', () => help.close());
  help.append(element('h2', '', 'Keys'), table, element('h2', '', 'Picture'), mouse, element('p', '', close));
}

function showFacts() {
  byId('seed').textContent = `seed ${run.seed}`;
  byId('verdict').textContent = run.violation ? run.violation.check : 'passed';
  byId('verdict').classList.toggle('wrong', run.violation !== null);
  const faults = run.faults.map(([name]) => name).join(', ') || 'none';
  const spares = run.spares > 0 ? ` and ${plural(run.spares, 'spare')}` : '';
  const facts = `${plural(run.servers, 'server')}${spares}, ${plural(run.clients, 'client')}, ` +
    `${(run.simulated / 1e9).toFixed(1)} s, faults${run.shrunk ? ' (shrunk)' : ''}: ${faults}`;
  byId('facts').textContent = facts;
  byId('facts').title = [facts, ...run.faults.map(([name, tells]) => `${name}: ${tells}`),
    `hash ${run.hash}, commit ${run.commit}`, run.command].join('\n');
  byId('bound').textContent = run.dropped > 0
    ? `the last ${count.toLocaleString('en')} of ${plural(run.dropped + count, 'event')}`
    : plural(count, 'event');
  byId('wrong').disabled = violationAt < 0;
}

function open() {
  readColours();
  showFacts();
  showLegend();
  showHelp();
  chooseSteps();
  if (violationAt >= 0) {
    showViolation();
  } else {
    showAll();
    pick(elections[0] ?? steps[0] ?? -1);
  }
  changed('filter');
  // At once: a picture of the size before would be seen stretched.
  new ResizeObserver(render).observe(timeline);
  new ResizeObserver(() => {
    scrollToPicked();
    showRows();
  }).observe(list);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    readColours();
    renderSoon();
  });
}

open();
