import { describe, expect, it } from 'vitest';
import type { EditedNames, Problem, Result } from '../../preload/contract';
import { isLong, nextEdit, type EditState } from '../../renderer/passkeys/edit-machine';

const asked: EditedNames = { userName: 'ada', userDisplayName: 'Ada Lovelace' };
const answer = (result: Result<EditedNames>, to: EditedNames = asked): EditState =>
  nextEdit({ name: 'saving' }, { type: 'answered', result, asked: to });
const refused = (code: Problem['code']): Result<never> => ({ ok: false, problem: { code, message: code } });

describe('the edit dialog', () => {
  it('is done when the key says what was asked, also without a name', () => {
    expect(answer({ ok: true, value: asked }).name).toBe('done');
    expect(answer({ ok: true, value: { userName: 'ada' } }, { userName: 'ada' }).name).toBe('done');
  });

  it('shows what the key kept when it is not what was asked', () => {
    expect(answer({ ok: true, value: { userName: 'ada' } })).toEqual({
      name: 'shortened',
      kept: { userName: 'ada' },
    });
  });

  it('leads on from every refusal', () => {
    expect(answer(refused('locked')).name).toBe('locked');
    expect(answer(refused('unplugged')).name).toBe('removed');
    const failed = answer(refused('unsupported'));
    expect(failed).toMatchObject({ name: 'failed', problem: { code: 'unsupported' } });
    expect(nextEdit(failed, { type: 'again' }).name).toBe('entering');
  });

  it('follows the key while nothing has been sent, and leaves the answer to the key afterwards', () => {
    const gone = { type: 'whereabouts', now: 'removed' } as const;
    expect(nextEdit({ name: 'entering' }, gone).name).toBe('removed');
    expect(nextEdit({ name: 'entering' }, { type: 'whereabouts', now: 'locked' }).name).toBe('locked');
    expect(nextEdit({ name: 'removed' }, { type: 'whereabouts', now: 'shown' }).name).toBe('entering');
    expect(nextEdit({ name: 'saving' }, gone).name).toBe('saving');
    expect(nextEdit({ name: 'done', what: 'names' }, gone).name).toBe('done');
  });

  it('tells a name of one’s own from those that the key keeps', () => {
    expect(nextEdit({ name: 'saving' }, { type: 'own-name-saved' })).toEqual({
      name: 'done',
      what: 'own-name',
    });
    const problem: Problem = { code: 'file', message: 'The disk is full.' };
    const failed = nextEdit({ name: 'saving' }, { type: 'own-name-refused', othersSaved: true, problem });
    expect(failed).toEqual({ name: 'failed', what: 'own-name', othersSaved: true, problem });
    expect(nextEdit(failed, { type: 'again' }).name).toBe('entering');
  });

  it('says that the key is gone when a name of one’s own comes too late for it', () => {
    const problem: Problem = { code: 'unplugged', message: 'The key was unplugged.' };
    const event = { type: 'own-name-refused', othersSaved: false, problem } as const;
    expect(nextEdit({ name: 'saving' }, event).name).toBe('removed');
  });

  it('warns of names that many keys would cut, counted in bytes', () => {
    expect(isLong('x'.repeat(64))).toBe(false);
    expect(isLong('x'.repeat(65))).toBe(true);
    expect(isLong('é'.repeat(33))).toBe(true);
  });
});
