// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Tries the page of events made by hand: of more than are kept, with markup in their words.

async function trial() {
  await settle();

  await attempt('markup in events is shown as text', async () => {
    await press('End');
    await press('k');
    expect(words('event').includes('<' + '/script><b id="injected">'), words('event'));
    same(document.getElementById('injected'), null, 'injected');
  });

  await attempt('it says what was left out', async () => {
    same(words('bound'), 'the last 50 of 61 events', 'bound');
  });

  await attempt('how things stood before the first event is known', async () => {
    await press('Home');
    same(document.querySelector('#states .role').textContent, 'leader', 'role');
    same(document.querySelector('#states td:nth-child(3)').textContent, '7', 'term');
  });

  await attempt('without a violation it opens with everything', async () => {
    same(words('verdict'), 'passed', 'verdict');
    same(told.violation, '', 'violation');
    expect(document.getElementById('wrong').disabled, 'the button to it');
  });
}
