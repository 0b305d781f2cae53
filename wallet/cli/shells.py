"""Wallet: the completion scripts of the shells; each only asks `jiaozi completion next`."""

from __future__ import annotations

from typing import Final

_BASH: Final = r"""# jiaozi completion for bash: source <(jiaozi completion bash)
_jiaozi() {
    local value current=${COMP_WORDS[COMP_CWORD]}
    local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS=$'\t' read -r value _; do
        case $value in
            :files)
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            :directories)
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            *) COMPREPLY+=("$(printf %q "$value")") ;;
        esac
    done < <("${COMP_WORDS[0]}" completion next -- "${words[@]//[\\\"\']/}" 2>/dev/null)
}
complete -F _jiaozi jiaozi
"""

_ZSH: Final = r"""#compdef jiaozi
# jiaozi completion for zsh: source <(jiaozi completion zsh)
_jiaozi() {
    local -a values shown
    local value told
    while IFS=$'\t' read -r value told; do
        case $value in
            :files) _files; return ;;
            :directories) _files -/; return ;;
            *) values+=("$value"); shown+=("$value${told:+  -- $told}") ;;
        esac
    done < <("${words[1]}" completion next -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
    compadd -l -d shown -a values
}
if [[ ${funcstack[1]} == _jiaozi ]]; then _jiaozi "$@"; else compdef _jiaozi jiaozi; fi
"""

_FISH: Final = r"""# jiaozi completion for fish: jiaozi completion fish | source
function __jiaozi_next
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    $before[1] completion next -- $before[2..-1] "$current" 2>/dev/null | while read -l line
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c jiaozi -f -a '(__jiaozi_next)'
"""

#: Each shell's script by the shell's name.
SCRIPTS: Final = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
