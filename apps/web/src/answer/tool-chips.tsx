import type { ToolStep } from '../chat/chat-state.ts';
import type { Words } from '../words/words.ts';

export function ToolChips({ tools, say }: { tools: readonly ToolStep[]; say: Words }) {
  if (tools.length === 0) return null;
  return (
    <ul className="tool-chips">
      {tools.map(({ name, state }, index) => (
        <li key={index} className={`tool-chip is-${state}`}>
          {(Object.hasOwn(say.tools, name) ? say.tools[name] : say.otherTool)?.[state]}
        </li>
      ))}
    </ul>
  );
}
