import { marginCommand } from "./margin-command.ts";
import { runCommand } from "./options.ts";

runCommand("margin", marginCommand);
