import type { AppHealth } from '../model.ts';
import { useScreener } from '../store/screener-context.ts';
import { worstByApp } from './worst-by-app.ts';

/** The pipeline in the order that a price takes through it; the words for each condition are also its shape in CSS. */
export function HealthDots({ known }: { readonly known: boolean }) {
  const apps = useScreener((state) => state.status?.apps ?? NONE);
  return (
    <ul className="health" aria-label="Health of the apps" data-testid="health">
      {worstByApp(apps, known).map(({ app, condition, text }) => (
        <li key={app} data-app={app} data-condition={condition}>
          <button type="button" className="health-dot" aria-label={`${app}: ${condition}. ${text}`}>
            <span className={`dot dot-${condition}`} />
            <span className="health-name">{app}</span>
          </button>
          <span className="tooltip" role="tooltip">
            <strong>{app}</strong> {condition}
            <br />
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}

const NONE: readonly AppHealth[] = [];
