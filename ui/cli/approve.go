package cli

import (
	"github.com/spf13/cobra"

	"tminus/model/launch"
)

// approveCmd names the request by the id that was seen: the id holds the plan's hash, so that any other plan is another id.
func (a *app) approveCmd() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "approve ID",
		Short: "Approves the rollback request that you have seen, by its id",
		Example: `  tminus approve R1-9c41d07b --launch checkout-v2
Exit 0: it is authorized and done, as far as the outside has answered; 3: recorded, and it waits for others.`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.do(cmd.Context(), as, launch.Command{Action: "rollback.approve", Args: map[string]string{"id": args[0]}})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "in a rehearsal: the `ROLE` you act as")
	return cmd
}

func (a *app) vetoCmd() *cobra.Command {
	var reason, as string
	cmd := &cobra.Command{
		Use:   "veto ID --reason TEXT",
		Short: "Vetoes an open rollback request",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c := launch.Command{Action: "rollback.veto", Args: map[string]string{"id": args[0]}}
			if reason != "" {
				c.Args["reason"] = reason
			}
			return a.do(cmd.Context(), as, c)
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why not (required)")
	cmd.Flags().StringVar(&as, "as", "", "in a rehearsal: the `ROLE` you act as")
	return cmd
}
