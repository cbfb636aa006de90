import { runCommand } from "./options.ts";
import { priceCommand } from "./price-command.ts";

runCommand("price", priceCommand);
