#include "coroutine_trap.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using edgeward::architecture::coroutine_traps;

namespace {

std::vector<std::string> found_in(const std::string& source) {
    std::vector<std::string> found;
    for (const auto& trap : coroutine_traps(source))
        found.push_back(std::to_string(trap.line) + ": " + trap.what);
    return found;
}

}  // namespace

// Those with co_await end with "free(): invalid pointer" when g++ 12.2 has compiled them.
TEST_CASE("temporaries that GCC 12 destroys twice are found", "[coroutine_trap]") {
    struct Case {
        std::string source;
        std::string trap;
    };
    const auto [source, trap] = GENERATE(values<Case>({
        {"x();\nco_await send(Message{text, {}});", "2: a braced temporary in a co_await expression"},
        {"co_await send({text, part});", "1: a braced temporary in a co_await expression"},
        {"const auto r = co_await f(\n    Message{.a = make(), .b = make()});",
         "1: a braced temporary in a co_await expression"},
        {"co_await run([p](int x) { return p + x; });", "1: a lambda in a co_await expression"},
        {"co_await (with(s, [&](auto& t) { return t.read(); }) || expiry());",
         "1: a lambda in a co_await expression"},
        {"co_await f(last ? std::string() : text);", "1: a conditional expression in a co_await expression"},
        {"auto r = last ? co_await f(text) : std::string();",
         "1: a conditional expression in a co_await expression"},
        {"co_return Answer{call(route), {}};", "1: a braced temporary in a co_return expression"},
        {"if (bad) co_return failure(Error{kind, text});", "1: a braced temporary in a co_return expression"},
        {"co_return failure(a ? b : c);", "1: a conditional expression in a co_return expression"},
    }));
    CAPTURE(source);
    CHECK(found_in(source) == std::vector{trap});
}

TEST_CASE("what GCC 12 destroys once passes", "[coroutine_trap]") {
    const std::string source = GENERATE(values<std::string>({
        "auto sending = send(Message{text, {}});\nco_await std::move(sending);",
        "co_return Result<void>{};",
        "co_await wait(rows[next], table[0](x)[i]);",
        "while (!done && !co_await admit()) {\n}",
        "if (const auto error = co_await write(octets, patience)) { f({1, 2}); }",
        "for (const auto& [name, value] : all) co_await send(name);",
        "const int x = a ? 1 : 2;\nco_await send(x);",
        "co_await send(\"a ? {b} : [c]\", '{', 'x');  // why? {because}",
        "co_await send(R\"(what? {nothing})\", 1'000);",
        "/* co_return Answer{a, b}; */ int my_co_return = f({1});",
        "spawn([self] { return self->run(); });",
    }));
    CAPTURE(source);
    CHECK(found_in(source) == std::vector<std::string>{});
}
