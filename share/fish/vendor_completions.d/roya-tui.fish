# Completion of roya-tui in fish. Written by: roya-tui completions fish

function __roya_tui
    set -l place ''
    set -l about
    set -l pending ''
    set -l home ''
    set -l after ''
    set -l values ''
    set -l count 0
    set -l before ''
    set -l typed (commandline -ct)
    set -l tokens (commandline -opc)

    for word in $tokens[2..]
        set word (string unescape -- $word; or printf '%s' $word)
        if test -n "$pending"
            test "$pending" = --home; and set home $word
            set pending ''
            continue
        end
        test -n "$after"; and set word " $word"
        switch $word
            case --
                set after yes
            case '--home' '--query' '--folder' '--title' '--mapping' '--zone' '--user' '--password-from' '--to' '--host' '--port' '--visitors' '--public-url' '-n' '--limit' '--format' '-o' '--output' '--since' '--link' '--url' '--icon' '--effect' '--for'
                set pending $word
            case '--home=*'
                set home (string replace -- --home= '' $word)
            case '-*'
            case '*'
                switch "$place $word"
                    case 'tags list' 'searches list' 'rules list' 'undo list' 'account add' 'account sync' 'account remove' 'account move' 'episodes download' 'episodes remove' 'tags merge' 'tags unmerge' 'searches add' 'searches remove' 'rules try' 'rules add' 'rules enable' 'rules disable' 'rules apply' 'rules remove' 'mark read' 'mark unread' 'mark star' 'mark unstar' 'hooks test'
                        set place "$place $word"
                    case ' *'
                        set place $word
                    case 'help *'
                        set -a about $word
                    case '*'
                        set count (math $count + 1)
                end
        end
    end

    if test -z "$pending$after"; and string match -q -- '--*=*' $typed
        set pending (string replace -r -- '=.*' '' $typed)
        set before "$pending="
        set typed (string replace -r -- '^[^=]*=' '' $typed)
    end
    if test -n "$pending"
        switch "$place,$pending"
            case 'add,--folder'
                set values @folder
            case 'add,--title' 'account add,--user' 'serve,--port' 'serve,--visitors' 'serve,--public-url' 'list,-n' 'list,--limit' 'show,-n' 'show,--limit' 'show,--title' 'show,--since' 'episodes,-n' 'episodes,--limit' 'episodes download,--url' 'rules add,--for'
                set values ''
            case 'add,--mapping' 'inspect,--mapping'
                set values @mapping
            case 'add,--zone' 'inspect,--zone'
                set values @zone
            case 'account add,--password-from'
                set values 'env: keyring:'
            case 'account move,--to'
                set values here
            case 'serve,--host' 'show,-o' 'show,--output'
                set values @file
            case 'show,--format'
                set values 'text markdown html epub json'
            case 'briefing,--since'
                set values 'today session'
            case 'searches add,--icon'
                set values 'diamond circle square triangle heart flag note sun'
            case 'rules try,--effect' 'rules add,--effect'
                set values 'mute highlight tag= star read notify'
            case '*,--home'
                set values @directory
            case '*,--query'
                set values @query
        end
    else
        if test $count -eq 0
            switch "$place,$about"
                case ',' 'help,'
                    printf '%s\t%s\n' add 'Subscribe to sources, or save pages'
                    printf '%s\t%s\n' refresh 'Fetch all due sources'
                    printf '%s\t%s\n' account 'List, add, sync and remove accounts on servers'
                    printf '%s\t%s\n' list 'List headlines'
                    printf '%s\t%s\n' show 'Show articles, or write them to a file'
                    printf '%s\t%s\n' briefing 'Print new and unread articles on one page'
                    printf '%s\t%s\n' episodes 'List, download and remove recordings'
                    printf '%s\t%s\n' serve 'Show the app in a browser'
                    printf '%s\t%s\n' sources 'List sources with their status'
                    printf '%s\t%s\n' tags 'List, merge and unmerge tags'
                    printf '%s\t%s\n' searches 'List, add and remove saved searches'
                    printf '%s\t%s\n' rules 'List, try, add and change rules'
                    printf '%s\t%s\n' mark 'Mark articles read or unread, star or unstar'
                    printf '%s\t%s\n' tag 'Add your tags to articles, or remove them'
                    printf '%s\t%s\n' note 'Write a note on an article, or print it'
                    printf '%s\t%s\n' hide 'Hide articles from all lists and counts'
                    printf '%s\t%s\n' unhide 'Unhide hidden articles'
                    printf '%s\t%s\n' remove 'Unsubscribe from a source'
                    printf '%s\t%s\n' undo 'Undo the last step, or list the steps'
                    printf '%s\t%s\n' redo 'Redo the last undone step'
                    printf '%s\t%s\n' import 'Import subscriptions, or all your data'
                    printf '%s\t%s\n' export 'Export subscriptions, or all your data'
                    printf '%s\t%s\n' inspect 'Show how the app reads a document'
                    printf '%s\t%s\n' tidy 'Delete old articles, and compact the database'
                    printf '%s\t%s\n' doctor 'Check database, settings and terminal'
                    printf '%s\t%s\n' hooks 'List and try your hooks'
                    printf '%s\t%s\n' completions 'Print the completion script for a shell'
                    printf '%s\t%s\n' help 'Show the help of a command'
                case 'account,' 'help,account'
                    printf '%s\t%s\n' add 'Add an account on a Miniflux server'
                    printf '%s\t%s\n' sync 'Send changes, and read what changed there'
                    printf '%s\t%s\n' remove 'Remove an account, and keep its articles'
                    printf '%s\t%s\n' move 'Move sources to an account, or back'
                case 'episodes,' 'help,episodes'
                    printf '%s\t%s\n' download 'Download recordings, or continue downloads'
                    printf '%s\t%s\n' remove 'Remove downloaded recordings'
                case 'tags,' 'help,tags'
                    printf '%s\t%s\n' list 'List tags with numbers of articles'
                    printf '%s\t%s\n' merge 'Merge a tag into another, or rename it'
                    printf '%s\t%s\n' unmerge 'Undo all merges into a tag'
                case 'searches,' 'help,searches'
                    printf '%s\t%s\n' list 'List saved searches with numbers of articles'
                    printf '%s\t%s\n' add 'Save a query under a name'
                    printf '%s\t%s\n' remove 'Remove a saved search'
                case 'rules,' 'help,rules'
                    printf '%s\t%s\n' list 'List rules with numbers of matched articles'
                    printf '%s\t%s\n' try 'Preview the articles that a rule matches'
                    printf '%s\t%s\n' add 'Add a rule'
                    printf '%s\t%s\n' enable 'Enable a rule'
                    printf '%s\t%s\n' disable 'Disable a rule, and unhide its articles'
                    printf '%s\t%s\n' apply 'Apply a rule to existing articles'
                    printf '%s\t%s\n' remove 'Remove a rule, and unhide its articles'
                case 'mark,' 'help,mark'
                    printf '%s\t%s\n' read 'Mark all matching articles read'
                    printf '%s\t%s\n' unread 'Mark all matching articles unread'
                    printf '%s\t%s\n' star 'Star all matching articles'
                    printf '%s\t%s\n' unstar 'Unstar all matching articles'
                case 'undo,' 'help,undo'
                    printf '%s\t%s\n' list 'List the steps, the next one to undo first'
                case 'hooks,' 'help,hooks'
                    printf '%s\t%s\n' test 'Run a hook with the article added last'
            end
        end
        if test -z "$after"; and string match -q -- '-*' $typed
            switch $place
                case ''
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --query 'Open the app with this query'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' --samples 'Use a temporary database that has only the samples'
                    printf '%s\t%s\n' --ascii 'Use ASCII signs only'
                    printf '%s\t%s\n' --plain 'Use lines instead of panes, as for screen readers'
                    printf '%s\t%s\n' --ssml 'Write SSML for speech synthesizers'
                    printf '%s\t%s\n' -V 'Print the version'
                    printf '%s\t%s\n' --version 'Print the version'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'tags list' 'searches list' 'rules list' 'undo list' 'account' 'episodes remove' 'tags' 'searches' 'rules' 'mark read' 'mark unread' 'mark star' 'mark unstar' 'tag' 'hide' 'unhide' 'note' 'remove' 'undo' 'redo' 'hooks'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'add'
                    printf '%s\t%s\n' --folder 'Put the source in this folder; News/Jordan is a subfolder'
                    printf '%s\t%s\n' --title 'Use your own name for the source'
                    printf '%s\t%s\n' --page 'Save the page itself, even if it offers feeds'
                    printf '%s\t%s\n' --mapping 'Read JSON with this mapping of config.toml, or the built-in “roya”'
                    printf '%s\t%s\n' --zone 'Time zone of times without one, such as Asia/Amman'
                    printf '%s\t%s\n' --events 'Print one JSON object per address'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'refresh'
                    printf '%s\t%s\n' --all-now 'Fetch sources that are not due, too'
                    printf '%s\t%s\n' --anyway 'Fetch sources whose host is limiting requests, too'
                    printf '%s\t%s\n' --json 'Print one JSON document at the end'
                    printf '%s\t%s\n' --events 'Print JSON events as they happen'
                    printf '%s\t%s\n' -q 'Print only errors'
                    printf '%s\t%s\n' --quiet 'Print only errors'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'account add'
                    printf '%s\t%s\n' --user 'Your name on the server'
                    printf '%s\t%s\n' --token 'Enter an API key, not the password'
                    printf '%s\t%s\n' --password-from 'env:NAME or keyring:NAME: read the password or key from there at each sync'
                    printf '%s\t%s\n' --feeds 'Fetch articles from their feeds, and sync only marks and subscriptions'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'account sync'
                    printf '%s\t%s\n' --json 'Print one JSON document at the end'
                    printf '%s\t%s\n' --events 'Print JSON events as they happen'
                    printf '%s\t%s\n' -q 'Print only errors'
                    printf '%s\t%s\n' --quiet 'Print only errors'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'account remove'
                    printf '%s\t%s\n' --drop-articles 'Remove its sources, too'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'account move'
                    printf '%s\t%s\n' --to 'Account, or “here” for this computer only; default: the only account'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'serve'
                    printf '%s\t%s\n' --host 'Address to listen on; default: 127.0.0.1'
                    printf '%s\t%s\n' --port 'Port to listen on, 8000 by default; 0: a free one'
                    printf '%s\t%s\n' --visitors 'At most N browser tabs at once, 4 by default; 0: any number'
                    printf '%s\t%s\n' --public-url 'Address of a proxy in front of the server'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'list'
                    printf '%s\t%s\n' -n 'List at most N headlines, 50 by default; 0: all'
                    printf '%s\t%s\n' --limit 'List at most N headlines, 50 by default; 0: all'
                    printf '%s\t%s\n' --stories 'List one line per story, with the number of its articles'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --tsv 'Print tab-separated number, state, time, source, title and address'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --plain 'Use lines instead of panes, as for screen readers'
                    printf '%s\t%s\n' --ssml 'Write SSML for speech synthesizers'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'show'
                    printf '%s\t%s\n' --query 'Show all matching articles'
                    printf '%s\t%s\n' -n 'Show at most N of them, 200 by default; 0: all'
                    printf '%s\t%s\n' --limit 'Show at most N of them, 200 by default; 0: all'
                    printf '%s\t%s\n' --format 'text, markdown, html, epub or json; default: from the file\'s name, or text'
                    printf '%s\t%s\n' -o 'Write to this file'
                    printf '%s\t%s\n' --output 'Write to this file'
                    printf '%s\t%s\n' -f 'Overwrite an existing file'
                    printf '%s\t%s\n' --force 'Overwrite an existing file'
                    printf '%s\t%s\n' --title 'Title of a book, or of a page with several articles'
                    printf '%s\t%s\n' --no-pictures 'Replace pictures with their addresses'
                    printf '%s\t%s\n' --full 'Show the full text, and fetch it if necessary'
                    printf '%s\t%s\n' --changes 'Show what changed since you read the article'
                    printf '%s\t%s\n' --since 'Show what changed since version N; 1 is the oldest'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' --plain 'Use lines instead of panes, as for screen readers'
                    printf '%s\t%s\n' --ssml 'Write SSML for speech synthesizers'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'briefing'
                    printf '%s\t%s\n' --since 'today (the default), session (your last one), or a time such as 2d, 1w, 2026-11-20'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --markdown 'Print Markdown with links'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'episodes'
                    printf '%s\t%s\n' -n 'List at most N recordings, 50 by default; 0: all'
                    printf '%s\t%s\n' --limit 'List at most N recordings, 50 by default; 0: all'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'episodes download'
                    printf '%s\t%s\n' --url 'Download this file of an article, not its first recording'
                    printf '%s\t%s\n' --events 'Print JSON events as they happen'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'sources'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --ascii 'Use ASCII signs only'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'tags merge' 'tags unmerge' 'searches remove' 'rules enable' 'rules disable' 'rules apply' 'rules remove' 'mark' 'import' 'hooks test' 'completions' 'help'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'searches add'
                    printf '%s\t%s\n' --icon 'diamond, circle, square, triangle, heart, flag, note, sun'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'rules try'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --effect 'What the rule does: mute (the default), highlight, star, read, notify, or tag=NAME'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'rules add'
                    printf '%s\t%s\n' --effect 'What the rule does: mute (the default), highlight, star, read, notify, or tag=NAME'
                    printf '%s\t%s\n' --for 'End the rule after this time, such as 12h or 7d'
                    printf '%s\t%s\n' --past 'Apply the rule to existing articles, too'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'export'
                    printf '%s\t%s\n' --newsboat 'Export the subscriptions as newsboat\'s urls'
                    printf '%s\t%s\n' --everything 'Export all your data as JSON: also searches, rules, pages, tags, stars and notes'
                    printf '%s\t%s\n' -f 'Overwrite an existing file'
                    printf '%s\t%s\n' --force 'Overwrite an existing file'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'inspect'
                    printf '%s\t%s\n' --mapping 'Read JSON with this mapping of config.toml, or the built-in “roya”'
                    printf '%s\t%s\n' --zone 'Time zone of times without one, such as Asia/Amman'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' --offline 'Send no network requests'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'tidy'
                    printf '%s\t%s\n' --dry-run 'Only print what would be deleted'
                    printf '%s\t%s\n' --yes 'Delete old articles even if they are more than a tenth of all'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
                case 'doctor'
                    printf '%s\t%s\n' --thorough 'Read the text of every article, not only of the newest 20,000'
                    printf '%s\t%s\n' --repair 'Copy the readable rows of a damaged database into a new one'
                    printf '%s\t%s\n' --json 'Print one JSON document'
                    printf '%s\t%s\n' --home 'Keep configuration, database and cache in this folder'
                    printf '%s\t%s\n' -h 'Show this help'
                    printf '%s\t%s\n' --help 'Show this help'
            end
        end
        switch "$place,$count"
            case 'refresh,0' 'account move,0' 'sources,0'
                set values '@source @folder'
            case 'account add,0' 'account remove,0' 'searches add,0' 'rules add,0' 'note,0' 'account sync,*' 'show,*' 'note,*' 'help,*'
                set values ''
            case 'tags merge,0' 'tags merge,1' 'tags unmerge,0'
                set values @tag
            case 'searches remove,0'
                set values @search
            case 'rules enable,0' 'rules disable,0' 'rules apply,0' 'rules remove,0'
                set values @rule
            case 'remove,0'
                set values @source
            case 'import,0' 'export,0' 'inspect,0' 'add,*'
                set values @file
            case 'hooks test,0'
                set values 'after_refresh on_open @rule'
            case 'completions,0'
                set values 'bash zsh fish'
            case 'list,*' 'episodes,*' 'episodes download,*' 'episodes remove,*' 'searches add,*' 'rules try,*' 'rules add,*' 'mark read,*' 'mark unread,*' 'mark star,*' 'mark unstar,*' 'tag,*' 'hide,*' 'unhide,*'
                set values @query
        end
    end
    switch $values
        case ''
        case @file
            printf '%s\n' $before(__fish_complete_path $typed)
        case @directory
            printf '%s\n' $before(__fish_complete_directories $typed)
        case '@*'
            # Names of the user, which come from feeds. fish escapes them, except a "~" at the beginning.
            set typed (string unescape -- $typed; or printf '%s' $typed)
            set -l names (command roya-tui --complete (string replace -a @ '' $values) "$typed" "$home" 2>/dev/null)
            set names (string match -v -- '~*' $names); and printf '%s\n' $before$names
        case '*'
            printf '%s\n' $before(string split ' ' $values)
    end
end

complete -c roya-tui -f -a '(__roya_tui)'
