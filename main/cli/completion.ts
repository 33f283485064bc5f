/** Scripts that complete what somebody types, made from the verbs and options that there are. */
import type { Command, Option } from 'commander';

/** Options whose value is a file or a folder. */
const FILES: ReadonlySet<string> = new Set([
  '--soft-key',
  '--state',
  '--output',
  '--options',
  '--data-folder',
]);

/** One place in what is typed: after these verbs, that may come. */
interface Place {
  /** `` at the beginning, then `keys`, `keys info`. */
  readonly verbs: string;
  readonly next: readonly Word[];
  readonly options: readonly Word[];
}

interface Word {
  readonly word: string;
  readonly explanation: string;
}

interface Vocabulary {
  readonly places: readonly Place[];
  /** Options that want a value, with the values where they can be listed. */
  readonly valued: readonly { readonly option: string; readonly choices: readonly string[] }[];
}

export function completionFor(shell: string, program: Command): string {
  const vocabulary = vocabularyOf(program);
  if (shell === 'bash') return bash(vocabulary);
  return shell === 'zsh' ? zsh(vocabulary) : fish(vocabulary);
}

function vocabularyOf(program: Command): Vocabulary {
  const everywhere = program.options;
  const places: Place[] = [];
  const valued = new Map<string, readonly string[]>();
  const visit = (command: Command, verbs: readonly string[]): void => {
    const own = command === program ? [] : command.options;
    const options = [...own, ...everywhere].filter(
      (option) => option.long !== '--version' || verbs.length === 0,
    );
    for (const option of options)
      if (option.required && option.long) valued.set(option.long, option.argChoices ?? []);
    places.push({
      verbs: verbs.join(' '),
      next: [
        ...command.commands.map((below) => ({ word: below.name(), explanation: below.description() })),
        ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
          argChoices.map((choice) => ({ word: choice, explanation: '' })),
        ),
      ],
      options: [...options.map(optionWord), { word: '--help', explanation: 'explain a command' }],
    });
    for (const below of command.commands) visit(below, [...verbs, below.name()]);
  };
  visit(program, []);
  return { places, valued: [...valued].map(([option, choices]) => ({ option, choices })) };
}

function optionWord({ long, description }: Option): Word {
  return { word: long ?? '', explanation: description };
}

/** The cases of a shell that say what the option before wants; `files` completes a file, `words` some words. */
function valueCases(
  { valued }: Vocabulary,
  { files, words }: { readonly files: string; readonly words: (list: string) => string },
): string {
  return valued
    .map(({ option, choices }) => {
      const action = FILES.has(option)
        ? `${files}; `
        : choices.length > 0
          ? `${words(choices.join(' '))}; `
          : '';
      return `    ${option}) ${action}return ;;`;
    })
    .join('\n');
}

/** The verbs typed so far, as bash and zsh find them; the name is one that neither shell uses itself. */
function verbsSoFar({ places, valued }: Vocabulary, words: string, first: number, current: string): string {
  const known = places.filter(({ verbs }) => verbs !== '').map(({ verbs }) => `"${verbs}"`);
  return `  local so_far="" longer i
  for ((i = ${first}; i < ${current}; i++)); do
    case "\${${words}[i-1]}" in
      ${valued.map(({ option }) => option).join('|')}) continue ;;
    esac
    longer="\${so_far:+$so_far }\${${words}[i]}"
    case "$longer" in
      ${known.join('|')}) so_far="$longer" ;;
    esac
  done`;
}

function bash(vocabulary: Vocabulary): string {
  const places = vocabulary.places.map(
    ({ verbs, next, options }) =>
      `    "${verbs}") words="${[...next, ...options].map(({ word }) => word).join(' ')}" ;;`,
  );
  return `# bash completion for latchkey: source <(latchkey completion bash)
_latchkey() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  COMPREPLY=()
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${valueCases(vocabulary, {
  files: 'COMPREPLY=($(compgen -f -- "$current"))',
  words: (list) => `COMPREPLY=($(compgen -W "${list}" -- "$current"))`,
})}
  esac
${verbsSoFar(vocabulary, 'COMP_WORDS', 1, 'COMP_CWORD')}
  case "$so_far" in
${places.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _latchkey latchkey
`;
}

function zsh(vocabulary: Vocabulary): string {
  const list = (words: readonly Word[]): string =>
    words.map(({ word, explanation }) => `'${word}:${quoted(explanation)}'`).join(' ');
  const places = vocabulary.places.map(
    ({ verbs, next, options }) => `    "${verbs}")
      verbs=(${list(next)})
      options=(${list(options)}) ;;`,
  );
  return `#compdef latchkey
# zsh completion for latchkey: source <(latchkey completion zsh), or save it as _latchkey in a folder of $fpath
_latchkey() {
  case "\${words[CURRENT-1]}" in
${valueCases(vocabulary, { files: '_files', words: (choices) => `compadd ${choices}` })}
  esac
${verbsSoFar(vocabulary, 'words', 2, 'CURRENT')}
  local -a verbs options
  case "$so_far" in
${places.join('\n')}
  esac
  (( \${#verbs} )) && _describe 'command' verbs
  _describe -o 'option' options
}
if [ "\${funcstack[1]}" = "_latchkey" ]; then _latchkey "$@"; else compdef _latchkey latchkey; fi
`;
}

function fish(vocabulary: Vocabulary): string {
  const { places, valued } = vocabulary;
  const known = places.filter(({ verbs }) => verbs !== '').map(({ verbs }) => `'${verbs}'`);
  const lines = places.flatMap(({ verbs, next, options }) => [
    ...next.map(
      ({ word, explanation }) =>
        `complete -c latchkey -n "__latchkey_after '${verbs}'" -f -a '${word}' -d '${quoted(explanation)}'`,
    ),
    ...options.map(({ word, explanation }) => {
      const name = word.replace(/^--/, '');
      const value = valued.find(({ option }) => option === word);
      const wants = !value
        ? ''
        : FILES.has(word)
          ? ' -r -F'
          : value.choices.length > 0
            ? ` -x -a '${value.choices.join(' ')}'`
            : ' -x';
      return `complete -c latchkey -n "__latchkey_after '${verbs}'" -l ${name}${wants} -d '${quoted(explanation)}'`;
    }),
  ]);
  return `# fish completion for latchkey: latchkey completion fish | source
function __latchkey_after
  set -l so_far
  set -l before ''
  for word in (commandline -opc)[2..]
    if not contains -- "$before" ${valued.map(({ option }) => option).join(' ')}
      set -l longer (string trim -- "$so_far $word")
      contains -- "$longer" ${known.join(' ')}; and set so_far $longer
    end
    set before $word
  end
  test "$so_far" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** Within single quotes of any of the shells, and before a colon that zsh would take for its own. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ' -');
}
