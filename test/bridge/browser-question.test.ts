/** Whether a browser may ask is decided by who has seen the question, not by what was meant for the page that opened it. */
import { describe, expect, it } from 'vitest';
import { BrowserQuestion, QUESTION_DEAF_TIME } from '../../main/bridge/browser-question';
import { ManualClock } from '../support/manual-clock';

interface Asked {
  readonly clock: ManualClock;
  readonly question: BrowserQuestion;
  /** How often it began to take answers. */
  readonly heard: () => number;
}

function ask(): Asked {
  const clock = new ManualClock();
  let heard = 0;
  return { clock, question: new BrowserQuestion(clock, () => heard++), heard: () => heard };
}

describe('the question whether a browser may ask', () => {
  it('takes no answer in the first 600 ms that somebody can see it', async () => {
    const { clock, question, heard } = ask();
    await clock.advance(5000);
    expect(question.decide('allowed')).toBe(false);
    question.shown();
    await clock.advance(5000);
    expect(question.decide('allowed')).toBe(false);
    question.drawn();
    await clock.advance(QUESTION_DEAF_TIME - 1);
    for (const early of ['allowed', 'denied', 'later'] as const) expect(question.decide(early)).toBe(false);
    expect([question.isDeaf, heard()]).toEqual([true, 0]);
    await clock.advance(1);
    expect([question.isDeaf, heard()]).toEqual([false, 1]);
    // Nothing of what came before was kept.
    expect(question.decide('denied')).toBe(true);
    expect(await question.decision).toBe('denied');
  });

  it('counts from when it is on the screen, where it was drawn before', async () => {
    const { clock, question } = ask();
    question.drawn();
    await clock.advance(5000);
    question.shown();
    await clock.advance(QUESTION_DEAF_TIME - 1);
    // Drawn again: it begins once.
    question.drawn();
    expect(question.decide('allowed')).toBe(false);
    await clock.advance(1);
    expect(question.decide('allowed')).toBe(true);
    expect(await question.decision).toBe('allowed');
  });

  it('the first answer counts', async () => {
    const { clock, question } = ask();
    question.shown();
    question.drawn();
    await clock.advance(QUESTION_DEAF_TIME);
    question.decide('later');
    question.decide('allowed');
    expect(await question.decision).toBe('later');
  });

  it('can be given up at any time, which decides nothing; then nothing is heard or drawn any more', async () => {
    const { clock, question, heard } = ask();
    question.shown();
    question.drawn();
    question.giveUp();
    expect(await question.decision).toBe('later');
    await clock.advance(QUESTION_DEAF_TIME);
    expect(heard()).toBe(0);
    expect(question.decide('allowed')).toBe(false);
  });

  it('given up before it was seen, it never begins', async () => {
    const { clock, question, heard } = ask();
    question.giveUp();
    question.shown();
    question.drawn();
    await clock.advance(QUESTION_DEAF_TIME);
    expect([heard(), question.isDeaf]).toEqual([0, true]);
  });
});
