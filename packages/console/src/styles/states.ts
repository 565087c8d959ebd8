import { css } from 'lit';

/** How something stands: badges, notices, and what is shown where there is nothing or not yet. */
export const states = css`
  .badge {
    display: inline-flex;
    gap: 0.375rem;
    align-items: center;
    padding: 0.125rem 0.5625rem;
    border-radius: 99rem;
    background: color-mix(in oklab, var(--text) 8%, transparent);
    font-size: 0.8125rem;
    font-weight: 550;
    line-height: 1.45;
    white-space: nowrap;
  }
  .badge.good {
    background: color-mix(in oklab, var(--good) 14%, transparent);
    color: var(--good);
  }
  .badge.warn {
    background: color-mix(in oklab, var(--warn) 14%, transparent);
    color: var(--warn);
  }
  .badge.bad {
    background: color-mix(in oklab, var(--danger) 13%, transparent);
    color: var(--danger);
  }
  .badge.accent {
    background: var(--tint);
    color: var(--accent-text);
  }
  .notice {
    display: flex;
    gap: 0.75rem;
    padding: 0.75rem 1rem;
    border: 1px solid color-mix(in oklab, var(--accent) 30%, var(--line));
    border-radius: var(--radius);
    background: var(--tint);
  }
  .notice.bad {
    border-color: color-mix(in oklab, var(--danger) 35%, var(--line));
    background: color-mix(in oklab, var(--danger) 8%, var(--surface));
    color: var(--text);
  }
  .notice.warn {
    border-color: color-mix(in oklab, var(--warn) 35%, var(--line));
    background: color-mix(in oklab, var(--warn) 9%, var(--surface));
    color: var(--text);
  }
  .empty {
    display: grid;
    gap: 0.75rem;
    justify-items: center;
    padding: 3rem 1.5rem;
    text-align: center;
    color: var(--muted);
  }
  .empty h2 {
    color: var(--text);
  }
  .skeleton {
    border-radius: 0.5rem;
    background: color-mix(in oklab, var(--text) 7%, transparent);
    color: transparent;
    user-select: none;
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  .line-skeleton {
    block-size: 1rem;
    inline-size: 100%;
  }
  .line-skeleton:nth-child(2n) {
    inline-size: 70%;
  }
`;
