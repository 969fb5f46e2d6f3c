package launch

// Pager is the channel that pages go through, beside the runbook's channels for updates.
const Pager = "pagerduty"
