// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Tries the page of a run that failed, as browser_test.cc makes it: three servers, frames lost,
// crashes, partitions, and same_replies in the end.

async function trial() {
  await settle();

  await attempt('it opens at the violation', async () => {
    same(words('verdict'), 'same_replies', 'verdict');
    same(told.violation, 'same_replies', 'drawn');
    expect(words('event').includes('violation'), words('event'));
    expect(words('event').includes('replies otherwise'), words('event'));
    expect(document.querySelector('#list .row.picked.wrong'), 'it is not picked in the list');
    expect(pointsOf('--wrong') > 200, 'no mark');
  });

  await attempt('lanes, roles, terms, messages, writes and calls are drawn', async () => {
    await press('0');
    same(told.lanes, '3', 'lanes');
    for (const what of ['roles', 'terms', 'arrows', 'writes', 'calls', 'lost', 'troubles', 'marks']) {
      expect(at(what) > 0, `${what}: ${told[what]}`);
    }
    for (const role of ['--follower', '--leader']) {
      expect(pointsOf(role) > 500, `points of ${role}: ${pointsOf(role)}`);
    }
  });

  await attempt('keys and buttons step through the events', async () => {
    await press('v');
    const last = at('picked');
    await press('k');
    const before = at('picked');
    expect(before < last, `${before} is not before ${last}`);
    expect(!words('event').includes('violation'), 'the panel still shows the violation');
    await press('j');
    same(at('picked'), last, 'picked after k and j');
    await click(document.getElementById('back'));
    same(at('picked'), before, 'picked after the button');
    await press('Home');
    same(at('picked'), 0, 'picked at home');
    await click(document.getElementById('next'));
    same(at('picked'), 1, 'picked after the button');
    await press('n');
    expect(at('picked') > 1, 'no other event of this kind');
    await press('N');
    same(at('picked'), 1, 'picked after n and N');
  });

  await attempt('what is selected is always in the picture', async () => {
    await press('v');
    await press('+');
    await press('Home');
    same(at('picked'), 0, 'picked');
    expect(at('begin') < 1e9, `begins at ${told.begin}`);
    await press('End');
    same(told.violation, 'same_replies', 'drawn');
  });

  await attempt('keys, buttons and the wheel zoom', async () => {
    await press('0');
    const all = span();
    await press('+');
    expect(isClose(span(), all / 1.6, 0.05), `+: ${all} became ${span()}`);
    await press('-');
    expect(isClose(span(), all, 0.05), `-: ${span()}`);
    await click(document.getElementById('in'));
    expect(span() < all * 0.7, `the button: ${span()}`);
    const middle = (timeline.clientWidth + 80) / 2;
    const [before, center] = [span(), (at('begin') + at('end')) / 2];
    await wheel(middle, 100, {deltaY: -300});
    expect(span() < before * 0.8, `the wheel: ${before} became ${span()}`);
    expect(Math.abs((at('begin') + at('end')) / 2 - center) < before * 0.02, 'what is under the wheel moved');
    await click(document.getElementById('fit'));
    expect(isClose(span(), all, 0.01), `fit: ${span()}`);
    expect(words('range').includes('…'), words('range'));
  });

  await attempt('dragging, keys and a wheel from side to side move', async () => {
    await press('v');
    const [begin, wide] = [at('begin'), span()];
    point('pointerdown', 300, 200);
    point('pointermove', 400, 200);
    point('pointerup', 400, 200);
    await settle();
    expect(at('begin') < begin - wide * 0.05, `${begin} became ${told.begin}`);
    expect(isClose(span(), wide, 0.01), 'the width changed');
    const dragged = at('begin');
    await press('ArrowLeft');
    expect(at('begin') < dragged, 'to the left');
    await wheel(300, 200, {deltaX: -60});
    expect(at('begin') < dragged - wide * 0.16, 'by the wheel');
  });

  await attempt('two fingers zoom', async () => {
    await press('0');
    const all = span();
    point('pointerdown', 300, 200, {pointerId: 5});
    point('pointerdown', 400, 200, {pointerId: 6});
    point('pointermove', 500, 200, {pointerId: 6});
    point('pointerup', 300, 200, {pointerId: 5});
    point('pointerup', 500, 200, {pointerId: 6});
    await settle();
    expect(isClose(span(), all / 2, 0.1), `${all} became ${span()}`);
  });

  await attempt('a click selects what is pointed at', async () => {
    await press('v');
    const found = findTip((tip) => tip.includes('→'));
    expect(found, 'no message is told of');
    await clickAt(found.x, found.y);
    expect(words('event').includes(found.words.split('→')[1].trim()), `${found.words}, ${words('event')}`);
    const sent = at('picked');
    await press('o');
    expect(at('picked') > sent, 'no other end');
    await press('o');
    same(at('picked'), sent, 'back at the first end');
  });

  await attempt('chips hide kinds of events', async () => {
    await press('v');
    const [before, steps] = [at('messages'), document.querySelector('#list .rows').style.height];
    const chip = chipNamed('appends');
    await click(chip);
    same(chip.getAttribute('aria-pressed'), 'false', 'pressed');
    expect(at('messages') < before, `${before} became ${told.messages}`);
    expect(parseInt(document.querySelector('#list .rows').style.height, 10) < parseInt(steps, 10), 'the list');
    await click(chip);
    same(at('messages'), before, 'messages after all');
    await click(chip, {shiftKey: true});
    same(document.querySelectorAll('#kinds [aria-pressed=true]').length, 1, 'chips alone');
    await click(chip, {shiftKey: true});
    same(at('messages'), before, 'messages after all again');
  });

  await attempt('chips hide servers', async () => {
    await click(chipNamed('2'));
    same(told.lanes, '2', 'lanes');
    expect(![...document.querySelectorAll('#list .row i')].some((each) => each.textContent === '2'), 'the list');
    await click(chipNamed('2'));
    same(told.lanes, '3', 'lanes after all');
  });

  await attempt('the search finds and steps', async () => {
    const search = document.getElementById('search');
    const searchFor = async (value) => {
      search.value = value;
      search.dispatchEvent(new Event('input', {bubbles: true}));
      await settle();
    };
    await press('/');
    same(document.activeElement, search, 'focus');
    await searchFor('crash nowhere');
    same(words('found'), '0 found', 'of two words one');
    await searchFor('crash by chance');
    expect(/^[1-9][0-9,]* found$/.test(words('found')), words('found'));
    await press('Home');
    expect(words('event').includes('crash'), words('event'));
    await press('Escape', search);
    same(words('found'), '', 'after Escape');
  });

  await attempt('the states are those of the selected moment', async () => {
    const roles = () => [...document.querySelectorAll('#states .role')].map((each) => each.textContent);
    await press('Home');
    same(roles().filter((role) => role === 'down').length, 3, 'servers that do not run at the beginning');
    await press('e');
    same(document.querySelector('#states tr.here .role').textContent, 'leader', 'who was elected');
    const term = document.querySelector('#states tr.here td:nth-child(3)').textContent;
    expect(words('event').includes(`leader in term ${term}`), words('event'));
  });

  await attempt('the list scrolls and selects', async () => {
    const list = document.getElementById('list');
    list.scrollTop = 4000;
    list.dispatchEvent(new Event('scroll'));  // It would come with a real frame.
    await settle();
    const row = [...document.querySelectorAll('#list .row')].find((each) => each.offsetTop > 4010);
    expect(row, 'no row');
    await click(row);
    same(told.picked, row.dataset.event, 'picked');
  });

  await attempt('the help opens and closes', async () => {
    const help = document.getElementById('help');
    await press('?');
    expect(help.open && help.textContent.includes('next event'), 'it is not open');
    await click(help.querySelector('button'));
    expect(!help.open, 'it is open');
  });

  await attempt('nothing covers anything', async () => {
    for (const part of ['.about', '.bar', '#kinds', '#servers', 'aside', '.picture', '#legend']) {
      for (const each of document.querySelectorAll(part)) {
        same(overlaps([...each.children]), '', part);
      }
    }
    expect(document.documentElement.scrollWidth <= innerWidth, 'wider than the window');
    expect(document.documentElement.scrollHeight <= innerHeight, 'higher than the window');
    const states = document.getElementById('states');
    expect(states.scrollWidth <= states.clientWidth, 'the table of states is cut off');
  });
}
