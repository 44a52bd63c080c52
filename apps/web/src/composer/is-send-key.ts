export interface KeyPress {
  key: string;
  shiftKey: boolean;
  keyCode: number;
  isComposing: boolean;
}

/**
 * True for the Enter that sends, false for the Enter that only accepts what an input method suggests.
 * Safari ends the composition before that keydown, so `isComposing` is already false there; the key code
 * stays 229 ("the input method has this key").
 */
export function isSendKey({ key, shiftKey, keyCode, isComposing }: KeyPress): boolean {
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229;
}
