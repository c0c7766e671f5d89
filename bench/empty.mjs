// What Node costs before anything of ours runs.
