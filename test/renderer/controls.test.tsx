import { renderToStaticMarkup } from 'react-dom/server';
import type { MouseEvent } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { Button } from '../../renderer/controls/Button';
import { ProgressBar } from '../../renderer/controls/ProgressBar';
import { Spinner } from '../../renderer/controls/Spinner';

describe('a button', () => {
  it('sends no form unless it is made for that', () => {
    expect(renderToStaticMarkup(<Button>Back</Button>)).toContain('type="button"');
    expect(renderToStaticMarkup(<Button type="submit">Next</Button>)).toContain('type="submit"');
  });

  it('that is out of use for a while keeps the focus, says so, and does nothing', () => {
    const onClick = vi.fn();
    const props = { type: 'submit', disabledFocusable: true, onClick } as const;
    const html = renderToStaticMarkup(<Button {...props} />);
    expect(html).toContain('aria-disabled="true"');
    expect(html).not.toMatch(/ disabled\b/);
    const preventDefault = vi.fn();
    const drawn = Button(props) as { props: { onClick: (event: Partial<MouseEvent>) => void } };
    drawn.props.onClick({ preventDefault });
    expect(onClick).not.toHaveBeenCalled();
    // Its form is not sent either.
    expect(preventDefault).toHaveBeenCalledOnce();
  });
});

describe('what goes on is heard', () => {
  it('with how far it is', () => {
    const html = renderToStaticMarkup(<ProgressBar value={0.25} label="Reading passkeys" />);
    expect(html).toMatch(/role="progressbar" aria-label="Reading passkeys".* aria-valuenow="0.25"/);
    expect(html).toContain('width:25%');
  });

  it('or that nobody knows', () => {
    expect(renderToStaticMarkup(<ProgressBar label="Deleting" />)).not.toContain('aria-valuenow');
  });

  it('by the words beside a spinner, and not at all where it has none', () => {
    const html = renderToStaticMarkup(<Spinner label="Saving" />);
    const [, id] = /aria-labelledby="([^"]+)"/.exec(html) ?? [];
    expect(html).toContain(`<span id="${id}">Saving</span>`);
    expect(renderToStaticMarkup(<Spinner />)).toContain('aria-hidden="true"');
  });
});
