import { type KeyboardEvent, useEffect, useRef } from 'react';

interface TableToolbarProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** Enter in the filter: on to the first row */
  readonly onEnter: () => void;
  readonly shown: number;
  readonly total: number;
  readonly rising: number;
  readonly falling: number;
  readonly held: boolean;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

export function TableToolbar(props: TableToolbarProps) {
  const { filter, onFilter, onEnter, shown, total, rising, falling, held } = props;
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const focusOnSlash = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', focusOnSlash);
    return () => document.removeEventListener('keydown', focusOnSlash);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      onFilter('');
      input.current?.blur();
    }
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      onEnter();
    }
  };

  return (
    <div className="toolbar">
      <h2 className="pane-title">Markets</h2>
      <label className="filter">
        <span className="hidden">Filter symbols</span>
        <input
          ref={input}
          type="search"
          value={filter}
          placeholder="Filter"
          spellCheck={false}
          autoComplete="off"
          data-testid="filter"
          onChange={(event) => onFilter(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <kbd title="Press / to filter">/</kbd>
      </label>
      <span className="toolbar-count" data-testid="row-count">
        {filter === '' ? `${total}` : `${shown} of ${total}`}
      </span>
      <span className="toolbar-note">{held ? 'order held while you point' : ''}</span>
      <span className="breadth" title="Instruments up and down over the last hour">
        <span className="up">▲ {rising}</span>
        <span className="down">▼ {falling}</span>
        <span className="breadth-about">1h</span>
      </span>
    </div>
  );
}
