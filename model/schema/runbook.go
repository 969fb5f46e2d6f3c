package schema

import "tminus/model/runbook"

const (
	idPattern     = `^[a-z0-9]+(-[a-z0-9]+)*$`
	nestedPattern = `^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*$`
	thresholdDoc  = `a threshold: > >= < or <=, a number with the monitor's unit or baseline [* number] [+ number], and optionally "for" and a duration: "> 0.5%", "< baseline * 0.9 for 15m"`
	goalDoc       = `what has to hold over the whole duration: a threshold ("< 0.1% for 24h"), or "within warning", each with or without "for 99% of points"; or "stable": within warning, and the mean of the last quarter within 20 % of the first's. Without a rule the owner is asked`
	idDoc         = "its id: what commands, the journal and launch files call it"
	ownerDoc      = "the id of the role that owns it"
)

func monitorGroups() []string { return runbook.Groups() }

// runbookNotes is what a runbook's keys are for, in the order of its types.
func runbookNotes() []note {
	notes := append(headNotes(), executionNotes()...)
	for _, t := range []string{"ContactGroup", "Resource", "Role", "Activity", "Area", "Section", "AgendaPoint", "SequenceMark", "Step", "Channel", "Monitor", "Trigger", "Criteria", "TeamActions", "Severity", "GuidanceGroup"} {
		notes = append(notes, note{key: t + ".id", doc: idDoc, needed: true, pattern: nestedPattern})
	}
	for _, t := range []string{"Task", "Deliverable", "Item", "Action", "Verification", "Criterion"} {
		notes = append(notes, note{key: t + ".id", doc: idDoc, needed: true, pattern: nestedPattern}, note{key: t + ".text", doc: "its words on the screen", needed: true})
	}
	for _, t := range []string{"ContactGroup", "Contact", "Resource", "Role", "Responsibility", "Activity", "Area", "Section", "AgendaPoint", "Step", "Channel", "Criteria", "TeamActions", "Severity", "GuidanceGroup"} {
		notes = append(notes, note{key: t + ".title", doc: "its title on the screen", needed: true})
	}
	for _, t := range []string{"Section", "Step", "Monitor", "LogWatch", "Criteria"} {
		notes = append(notes, note{key: t + ".owner", doc: ownerDoc, needed: true})
	}
	return notes
}

// headNotes are about the document, the team and readiness.
func headNotes() []note {
	return []note{
		{key: "Runbook.id", doc: "the runbook's name, which launch files use", needed: true, pattern: idPattern},
		{key: "Runbook.title", doc: "the runbook's title", needed: true},
		{key: "Runbook.version", doc: `such as "5.0"`, needed: true},
		{key: "Runbook.updated", doc: "the date of the last change, YYYY-MM-DD", needed: true},
		{key: "Runbook.policy", doc: "how the document is kept up, for people"},
		{key: "Runbook.reviewers", doc: "the roles that must review every change", needed: true},
		{key: "Runbook.changelog", doc: "the changes, newest first"},
		{key: "Runbook.contacts", doc: "the lines of escalation"},
		{key: "Runbook.resources", doc: "the links that a launch file fills in"},
		{key: "Runbook.roles", doc: "the parts that people play; everything else names roles by their ids", needed: true},
		{key: "Runbook.raci", doc: "who is responsible, accountable, consulted and informed, by activity"},
		{key: "Runbook.timeline", doc: "the days before the launch, and what each role does on them"},
		{key: "Runbook.checklists", doc: "what has to be ready before a GO"},
		{key: "Runbook.go_no_go", doc: "the protocol of the go/no-go meeting", needed: true},
		{key: "Runbook.sequence", doc: "the marks before T-0 and the steps from T-0 on", needed: true},
		{key: "Runbook.communication", doc: "how often updates go out, where to, and what is in them", needed: true},
		{key: "Runbook.monitors", doc: "the watched metrics", needed: true},
		{key: "Runbook.logs", doc: "what is looked for in application logs"},
		{key: "Runbook.triggers", doc: "what calls for a rollback"},
		{key: "Runbook.rollback", doc: "who authorises a rollback, its steps, and what follows", needed: true},
		{key: "Runbook.success", doc: "when the launch has succeeded"},
		{key: "Runbook.closure", doc: "what is done before the launch is closed"},
		{key: "Runbook.defects", doc: "how defects are graded"},
		{key: "Runbook.guidance", doc: "pitfalls, and how updates are written"},
		{key: "Change.version", needed: true},
		{key: "Change.date", doc: "YYYY-MM-DD", needed: true},
		{key: "Change.summary", needed: true},
		{key: "ContactGroup.primary", doc: "whom to call first", needed: true},
		{key: "ContactGroup.backup", doc: "whom to call then", needed: true},
		{key: "ContactGroup.escalation", doc: "whom to call last", needed: true},
		{key: "Contact.role", doc: "the id of the role, where the title is one"},
		{key: "Contact.handle", doc: "such as @eng-lead"},
		{key: "Contact.reach", doc: "a phone number, or a system such as PagerDuty"},
		{key: "Resource.group", doc: "what it is listed under", needed: true},
		{key: "Resource.value", doc: "what is shown until a launch file binds it", needed: true},
		{key: "Role.short", doc: "one to a few letters for narrow columns, such as EL", needed: true},
		{key: "Role.core", doc: "true for a role of the RACI matrix"},
		{key: "Role.responsibilities", doc: "the role's duties, in groups"},
		{key: "Role.tools", doc: "what the role works with"},
		{key: "Role.access", doc: "the access that the role needs"},
		{key: "Role.kpis", doc: "what the role is measured by"},
		{key: "Responsibility.lines", doc: "the duties", needed: true},
		{key: "Activity.group", doc: "what it is listed under", needed: true},
		{key: "Activity.cells", doc: "role id to letters; exactly one role is accountable", needed: true, enum: []string{"R", "A", "R/A", "C", "I"}},
		{key: "Day.at", doc: "days before T-0, such as L-14d", needed: true},
		{key: "Day.title", doc: "for people"},
		{key: "Day.roles", doc: "what each role does", needed: true},
		{key: "DayRole.role", doc: "the id of the role", needed: true},
		{key: "DayRole.tasks", doc: "what the role does on the day"},
		{key: "DayRole.frequency", doc: "how often the role reports"},
		{key: "DayRole.deliverables", doc: "what the role hands in"},
		{key: "Frequency.text", doc: "in words: Daily updates"},
		{key: "Frequency.every", doc: "the interval, where there is one"},
		{key: "Area.sections", doc: "the groups of items", needed: true},
		{key: "Section.sign_off", doc: "true where a GO needs the owner's sign-off"},
		{key: "Section.verification", doc: "the evidence that a sign-off names"},
		{key: "Section.items", doc: "the checklist's lines", needed: true},
	}
}

// executionNotes are about everything from the go/no-go to the closure.
func executionNotes() []note {
	return []note{
		{key: "GoNoGo.at", doc: "when the meeting begins, such as T-1h", needed: true},
		{key: "GoNoGo.duration", doc: "how long it takes", needed: true},
		{key: "GoNoGo.format", doc: "where it is held"},
		{key: "GoNoGo.recording", doc: "true where it has to be recorded"},
		{key: "GoNoGo.attendees", doc: "the roles that have to be there"},
		{key: "GoNoGo.agenda", doc: "the timed points"},
		{key: "GoNoGo.approvals", doc: "the roles whose GO is required", needed: true},
		{key: "Attendee.role", needed: true},
		{key: "AgendaPoint.minutes", doc: "how long it takes", needed: true},
		{key: "AgendaPoint.presenter", doc: "the id of the role that presents"},
		{key: "Sequence.marks", doc: "the moments before T-0", needed: true},
		{key: "Sequence.steps", doc: "the steps from T-0 on, in their order", needed: true},
		{key: "SequenceMark.at", doc: "such as T-15m", needed: true},
		{key: "SequenceMark.owner", doc: "the id of a role, or all", needed: true},
		{key: "SequenceMark.actions", doc: "what is done at the mark", needed: true},
		{key: "Step.kind", doc: "what executes it where a launch file binds it; without it, hands do", enum: []string{"flag", "deploy", "actions"}},
		{key: "Step.command", doc: "an equivalent command, shown to people and never executed"},
		{key: "Step.actions", doc: "what the step consists of; a launch file may bind a program to each"},
		{key: "Step.verifications", doc: "how the step is known to have worked", needed: true},
		{key: "Action.leaves", doc: "what stands once it is done, where a program takes it back: Transactions halted"},
		{key: "Verification.mode", doc: "gate: the next step waits for it; watch: it runs beside", enum: []string{runbook.Gate, runbook.Watch}},
		{key: "Communication.every", doc: "how often updates go out", needed: true},
		{key: "Communication.cadence", doc: "other intervals between two marks, while the launch is GREEN"},
		{key: "Communication.channels", doc: "where updates go"},
		{key: "Communication.template", doc: "what an update says"},
		{key: "Cadence.from", needed: true},
		{key: "Cadence.until", needed: true},
		{key: "Cadence.every", needed: true},
		{key: "Channel.audience", doc: "who reads it there", needed: true},
		{key: "Monitor.name", doc: "what is watched, for people", needed: true},
		{key: "Monitor.unit", doc: "the unit of its values and thresholds"},
		{key: "Monitor.group", doc: "system monitors turn the status RED", needed: true, enum: monitorGroups()},
		{key: "Monitor.every", doc: "how often it is read", needed: true},
		{key: "Monitor.warning", doc: thresholdDoc},
		{key: "Monitor.critical", doc: thresholdDoc},
		{key: "Monitor.seed", doc: "the procedure's own words, where the thresholds turn or complete them"},
		{key: "LogWatch.tool", needed: true},
		{key: "LogWatch.patterns", needed: true},
		{key: "LogWatch.frequency", needed: true},
		{key: "Trigger.when", doc: "a monitor's id and a rule: error-rate > 1% for 5m"},
		{key: "Trigger.declared", doc: "true where a person declares it"},
		{key: "Trigger.priority", doc: "which authorization a rollback for it needs", needed: true, enum: []string{runbook.High, runbook.Normal}},
		{key: "Rollback.authorization", doc: "who may authorise a rollback, by priority: high and normal", needed: true},
		{key: "Rollback.steps", doc: "the steps, in their order"},
		{key: "Rollback.afterwards", doc: "what each role does after a rollback"},
		{key: "Authorization.approvals", doc: "how many people have to approve", needed: true},
		{key: "Authorization.roles", doc: "the roles that may approve", needed: true},
		{key: "Authorization.within", doc: "how soon; 0s: at once", needed: true},
		{key: "RoleActions.role", needed: true},
		{key: "Criteria.duration", doc: "how long they have to hold", needed: true},
		{key: "Criteria.criteria", needed: true},
		{key: "Criterion.monitors", doc: "the monitors whose stored values can answer it"},
		{key: "Criterion.rule", doc: goalDoc},
		{key: "Closure.owner", doc: ownerDoc, needed: true},
		{key: "Severity.meaning", needed: true},
		{key: "Severity.blocking", doc: "true where such a defect stands in the way of the launch"},
		{key: "Severity.respond", doc: "how soon somebody works on it", needed: true},
	}
}
