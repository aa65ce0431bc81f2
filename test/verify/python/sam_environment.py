"""Prints what `sam local invoke` would run, according to the SAM CLI's own code: the folder, handler and environment of
each function. Arguments: the built template and env.json."""

import json
import sys

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

template, env_file = sys.argv[1:]
stacks, _ = SamLocalStackProvider.get_stacks(template)
provider = SamFunctionProvider(stacks)
with open(env_file, encoding="utf8") as file:
    runner = LocalLambdaRunner(None, provider, ".", ".", env_vars_values=json.load(file))
print(
    json.dumps(
        {
            function.name: {
                "codeUri": function.codeuri,
                "handler": function.handler,
                "runtime": function.runtime,
                "environment": runner._make_env_vars(function).resolve(),
            }
            for function in provider.get_all()
        }
    )
)
