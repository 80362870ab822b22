"""The Web API methods of the sandbox, one module per noun."""
