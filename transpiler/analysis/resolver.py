"""Names resolved: syntax tree in, which variable every name stands for out.

Follows Lua's scoping (manual 3.5): a local is visible from the statement after its declaration to the end of its
block, a `local function` already in its own body, a loop variable in the loop's body, the locals of a `repeat` body
also in its condition. Whatever is not local is global.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..syntax import nodes
from ..syntax.source import Source
from .modules import required_name
from .scopes import FunctionScope, GlobalUse, LinkedModule, Resolution, Variable, is_multiple
from .walk import child_nodes


def resolve(chunk: nodes.Chunk, modules: Mapping[str, LinkedModule] | None = None) -> Resolution:
    """Resolves every name of `chunk`, and of the modules it is linked with (required ones before those that require
    them)."""
    main = FunctionScope(None, None, "main chunk", source=chunk.source, is_vararg=True)
    resolution = Resolution(chunk, main)
    for name, module in (modules or {}).items():
        _Resolver(resolution, main, modules or {}, name, module.chunk.source).module(module)
    resolver = _Resolver(resolution, main, modules or {}, "", chunk.source)
    resolver.top_level(chunk.body.statements, chunk.body)
    return resolution


class _Resolver:
    def __init__(
        self,
        resolution: Resolution,
        main: FunctionScope,
        modules: Mapping[str, LinkedModule],
        module: str,
        source: Source,
    ) -> None:
        self.resolution = resolution
        self.function = main
        self.modules = modules
        self.module_name = module
        self.export_fields: dict[nodes.Identifier, Variable] = {}
        self.source = source
        self.visible: dict[str, list[Variable]] = {}
        self.loop_depth = 0
        self.depth = 0
        self.end = 0
        self.declared_here: list[Variable] = []
        self.labels: list[dict[str, nodes.Label]] = []

    # --------------------------------------------------------------------------------------------------- whole files

    def module(self, module: LinkedModule) -> None:
        """A required module: its exports are variables of the main chunk's scope."""
        exports = self.resolution.exports.setdefault(self.module_name, {})
        main = self.function
        for key in sorted(module.shape.exports):
            body = module.chunk.body
            identifier = nodes.Identifier(body.start, body.start, body.line, key)
            exports[key] = variable = Variable(key, identifier, main, "export", scope_end=body.end)
            main.variables.append(variable)
            self.resolution.declared[identifier] = variable
            self.resolution.origins[variable] = self.module_name
        self.export_fields = {name: exports[key] for name, key in module.shape.fields.items()}
        if module.shape.table is not None:
            table = self.declare(module.shape.table, "local", module.chunk.body.end)
            self.resolution.module_tables[table] = self.module_name
            main.variables.remove(table)
        self.top_level(module.shape.body, module.chunk.body, aliases=module.shape.aliases)

    def top_level(
        self,
        statements: Sequence[nodes.Statement],
        body: nodes.Block,
        aliases: Mapping[str, nodes.Name] | None = None,
    ) -> None:
        self.labels.append(labels_of(body))
        for statement in statements:
            self.end = body.end
            self.resolution.statements.append(statement)
            self.resolution.sources[statement] = self.source
            self.statement(statement)
        self.labels.pop()
        for key, name in (aliases or {}).items():
            variable = self.lookup(name)
            if variable is not None:
                self.resolution.exports[self.module_name][key] = variable
        if self.module_name:
            for variable in self.declared_here:
                self.resolution.origins[variable] = self.module_name

    # ------------------------------------------------------------------------------------------------------- modules

    def module_of(self, node: nodes.Node) -> str | None:
        """The linked module whose table `node` is: a local that holds it, or `require("name")` itself."""
        required = required_name(node)
        if required is not None and required in self.modules and not self.visible.get("require"):
            return required
        if isinstance(node, nodes.Name):
            stack = self.visible.get(node.name)
            return self.resolution.module_tables.get(stack[-1]) if stack else None
        return None

    def exported(self, node: nodes.Node) -> Variable | None:
        """The export that `node`, a field of a module's table, stands for."""
        if isinstance(node, nodes.Index) and isinstance(node.key, nodes.String):
            module = self.module_of(node.object)
            if module is not None:
                return self.resolution.exports[module].get(node.key.value)
        return None

    # ------------------------------------------------------------------------------------------------- declarations

    def declare(
        self, identifier: nodes.Identifier, kind: str, scope_end: int, attribute: str | None = None
    ) -> Variable:
        exported = self.export_fields.get(identifier)
        if exported is not None:
            self.resolution.declared[identifier] = exported
            return exported
        variable = Variable(
            identifier.name,
            identifier,
            self.function,
            kind,
            attribute,
            in_loop=self.loop_depth > 0,
            scope_start=identifier.start,
            scope_end=scope_end,
            depth=self.depth,
        )
        self.visible.setdefault(identifier.name, []).append(variable)
        self.function.variables.append(variable)
        self.resolution.declared[identifier] = variable
        self.declared_here.append(variable)
        return variable

    def block(self, block: nodes.Block, *, until: nodes.Expression | None = None) -> None:
        outer, self.declared_here = self.declared_here, []
        self.depth += 1
        self.labels.append(labels_of(block))
        self.end = block.end if until is None else until.end
        for statement in block.statements:
            self.end = block.end if until is None else until.end
            self.statement(statement)
        if until is not None:
            self.expression(until)
        self.labels.pop()
        self.depth -= 1
        for variable in reversed(self.declared_here):
            self.visible[variable.name].pop()
        self.declared_here = outer

    def statement(self, statement: nodes.Statement) -> None:
        self.resolution.containing[statement] = self.function
        handler = getattr(self, "on_" + type(statement).__name__, None)
        if handler is not None:
            handler(statement)
        else:
            self.children(statement)

    def children(self, node: nodes.Node) -> None:
        for child in child_nodes(node):
            if isinstance(child, nodes.Block):
                self.block(child)
            elif isinstance(
                child, nodes.IfBranch | nodes.PositionalField | nodes.NamedField | nodes.KeyedField
            ):
                self.children(child)
            elif not isinstance(child, nodes.Identifier | nodes.LocalTarget):
                self.expression(child)

    # --------------------------------------------------------------------------------------------------- statements

    def on_LocalAssign(self, statement: nodes.LocalAssign) -> None:
        end = self.end
        if len(statement.targets) == len(statement.values) == 1 and self.depth == 0:
            module = self.module_of(statement.values[0])
            if module is not None:
                table = self.declare(statement.targets[0].name, "local", end)
                self.resolution.module_tables[table] = module
                table.values.append(statement.values[0])
                return
        for value in statement.values:
            self.expression(value)
        variables = [
            self.declare(target.name, "local", end, target.attribute)
            for target in statement.targets
        ]
        self.assigned(variables, statement.values)

    def on_Assign(self, statement: nodes.Assign) -> None:
        found = [self.assigned_variable(target) for target in statement.targets]
        for value in statement.values:
            self.expression(value)
        self.assigned(found, statement.values)

    def assigned_variable(self, target: nodes.Name | nodes.Index) -> Variable | None:
        if isinstance(target, nodes.Name):
            return self.target(target)
        exported = self.exported(target)
        if exported is not None:
            self.resolution.linked[target] = exported
            self.capture(exported)
        else:
            self.expression(target)
        return exported

    def assigned(
        self,
        variables: list[Variable | None] | list[Variable],
        values: tuple[nodes.Expression, ...],
    ) -> None:
        for position, variable in enumerate(variables):
            if variable is None:
                continue
            variable.assigned_in[self.function] = None
            if position < len(values) - 1 or (
                position < len(values) and not is_multiple(values[position])
            ):
                variable.values.append(values[position])
            elif values and is_multiple(values[-1]):
                if position == len(values) - 1:
                    variable.values.append(values[position])
                else:
                    variable.other_assignments += 1
            else:
                variable.values.append(None)

    def target(self, name: nodes.Name) -> Variable | None:
        variable = self.lookup(name)
        if variable is None and not self.in_local_environment(name):
            self.global_use(name.name).writes.append(name)
        return variable

    def on_FunctionStatement(self, statement: nodes.FunctionStatement) -> None:
        target = statement.target
        if isinstance(target, nodes.Name):
            variable = self.target(target)
            if variable is None:
                if target not in self.resolution.environments:
                    self.global_use(target.name).functions.append(statement)
            else:
                self.assigned([variable], (statement.function,))
            name = target.name
        else:
            variable = self.assigned_variable(target)
            if variable is not None:
                self.assigned([variable], (statement.function,))
            name = target.key.value if isinstance(target.key, nodes.String) else "function"
        self.function_body(statement.function, name)

    def on_LocalFunction(self, statement: nodes.LocalFunction) -> None:
        variable = self.declare(statement.name, "function", self.end)
        self.assigned([variable], (statement.function,))
        self.function_body(statement.function, statement.name.name)

    def on_Repeat(self, statement: nodes.Repeat) -> None:
        self.loop_depth += 1
        self.block(statement.body, until=statement.condition)
        self.loop_depth -= 1

    def on_While(self, statement: nodes.While) -> None:
        self.loop_depth += 1
        self.expression(statement.condition)
        self.block(statement.body)
        self.loop_depth -= 1

    def on_NumericFor(self, statement: nodes.NumericFor) -> None:
        for bound in (statement.first, statement.limit, statement.step):
            if bound is not None:
                self.expression(bound)
        self.loop([statement.variable], statement.body)

    def on_GenericFor(self, statement: nodes.GenericFor) -> None:
        for iterator in statement.iterators:
            self.expression(iterator)
        self.loop(list(statement.variables), statement.body)

    def loop(self, identifiers: list[nodes.Identifier], body: nodes.Block) -> None:
        self.loop_depth += 1
        outer, self.declared_here = self.declared_here, []
        self.depth += 1
        for identifier in identifiers:
            self.declare(identifier, "loop", body.end).other_assignments += 1
        self.block(body)
        self.depth -= 1
        for variable in reversed(self.declared_here):
            self.visible[variable.name].pop()
        self.declared_here = outer
        self.loop_depth -= 1

    def on_Goto(self, statement: nodes.Goto) -> None:
        """A jump back makes a loop: what is declared between the label and here is declared anew each time."""
        name = statement.label.name
        label = next(found[name] for found in reversed(self.labels) if name in found)
        self.resolution.targets[statement] = label
        for variable in self.function.variables:
            if label.start < variable.scope_start < statement.start:
                variable.in_loop = True
                variable.repeated_from = max(variable.repeated_from or 0, label.start)

    def on_Return(self, statement: nodes.Return) -> None:
        self.function.returns.append(statement)
        self.children(statement)

    # -------------------------------------------------------------------------------------------------- expressions

    def expression(self, node: nodes.Node) -> None:
        self.resolution.containing[node] = self.function
        exported = self.exported(node)
        if exported is not None:
            assert isinstance(node, nodes.Index)
            self.resolution.linked[node] = exported
            exported.reads.append(node)
            self.capture(exported)
        elif self.module_of(node) is not None:
            self.resolution.module_misuses.append((node, self.source, self.module_of(node) or ""))
        elif isinstance(node, nodes.Name):
            variable = self.lookup(node)
            if variable is None:
                if not self.in_local_environment(node):
                    self.global_use(node.name).reads.append(node)
            else:
                variable.reads.append(node)
        elif isinstance(node, nodes.Function):
            self.function_body(node, "function")
        else:
            if isinstance(node, nodes.Call | nodes.MethodCall):
                self.function.calls.append(node)
            self.children(node)

    def function_body(self, node: nodes.Function, name: str) -> None:
        scope = FunctionScope(
            node, self.function, name, source=self.source, is_vararg=node.is_vararg
        )
        self.function.functions.append(scope)
        self.resolution.functions[node] = scope
        self.resolution.containing[node] = self.function
        outer_state = (self.function, self.loop_depth, self.declared_here, self.depth, self.labels)
        self.function, self.loop_depth, self.declared_here, self.labels = scope, 0, [], []
        for identifier in node.parameters:
            variable = self.declare(identifier, "parameter", node.end)
            variable.other_assignments += 1
            scope.parameters.append(variable)
        self.block(node.body)
        for variable in reversed(self.declared_here):
            self.visible[variable.name].pop()
        self.function, self.loop_depth, self.declared_here, self.depth, self.labels = outer_state

    def lookup(self, name: nodes.Name) -> Variable | None:
        stack = self.visible.get(name.name)
        if not stack:
            return None
        variable = stack[-1]
        self.resolution.variables[name] = variable
        self.capture(variable)
        return variable

    def capture(self, variable: Variable) -> None:
        """Records that the current function uses `variable`."""
        if variable.owner is not self.function:
            variable.captured_by[self.function] = None
            for scope in self.function.ancestors():
                if scope is variable.owner:
                    break
                scope.upvalues[variable] = None

    def in_local_environment(self, name: nodes.Name) -> bool:
        """Is the global `name` a field of a local called `_ENV` (manual 2.2)?"""
        stack = self.visible.get("_ENV")
        if not stack:
            return False
        self.resolution.environments[name] = stack[-1]
        stack[-1].reads.append(name)
        self.capture(stack[-1])
        return True

    def global_use(self, name: str) -> GlobalUse:
        return self.resolution.globals.setdefault(name, GlobalUse())


def labels_of(block: nodes.Block) -> dict[str, nodes.Label]:
    """The labels of `block` itself by name; labels in a row are one place, that of the first."""
    found: dict[str, nodes.Label] = {}
    first: nodes.Label | None = None
    for statement in block.statements:
        if isinstance(statement, nodes.Label):
            first = first or statement
            found[statement.name.name] = first
        else:
            first = None
    return found
