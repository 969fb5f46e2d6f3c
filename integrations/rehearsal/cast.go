package rehearsal

// cast is who takes part in the rehearsal of the built-in runbook: role, login, name.
var cast = [...][3]string{
	{"program-manager", "prog-mgr", "Priya Nair"},
	{"engineering-lead", "eng-lead", "Elena Okafor"},
	{"product-owner", "product", "Paulo Reyes"},
	{"engineering-manager", "eng-mgr", "Mika Tanaka"},
	{"security-lead", "security", "Sam Whitfield"},
	{"support-lead", "support", "Sofia Lund"},
	{"analytics-lead", "analytics", "Anand Rao"},
	{"database-admin", "dba", "Dana Kim"},
	{"qa-lead", "qa", "Quentin Moreau"},
	{"key-stakeholders", "stakeholder", "Kaya Stern"},
}
