import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** The shells that a completion script exists for. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** `promote completion <shell>` */
export function completion({ stdout }: Io, shell: (typeof SHELLS)[number]): number {
  stdout.write(SCRIPTS[shell]);
  return EXIT.done;
}

/** Each script asks `promote complete` for completions of the word, and offers files if there are none. */
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `# promote completion bash > ~/.local/share/bash-completion/completions/promote
_promote() {
  local IFS=$'\\n'
  COMPREPLY=($(promote complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _promote promote
`,
  zsh: `#compdef promote
# promote completion zsh > "\${fpath[1]}/_promote"
_promote() {
  local -a found
  found=(\${(f)"$(promote complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then
    compadd -a found
  else
    _files
  fi
}
if [[ \${funcstack[1]} == _promote ]]; then
  _promote "$@"
else
  compdef _promote promote
fi
`,
  fish: `# promote completion fish > ~/.config/fish/completions/promote.fish
function __promote_complete
    set -l words (commandline -opc)
    set -l found (promote complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c promote -f -a '(__promote_complete)'
`,
  // Older versions pass no empty word to a program.
  powershell: `# promote completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName promote -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  $new = @(if ($word -eq '') { '--new-word' })
  promote complete @new '--' @words 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
};
