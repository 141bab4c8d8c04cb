#include <catch2/catch_test_macros.hpp>

#include <edgeward/database/database.hpp>
#include <edgeward/store/writer.hpp>

#include "gateway.hpp"
#include "installation.hpp"
#include "keys.hpp"

namespace edgeward::app {
namespace {

const nlohmann::json no_counts = nlohmann::json::object();

nlohmann::json message_book(std::uint64_t received, bool balanced) {
    return {{"received", received},
            {"stored", 1},
            {"quarantined", 1},
            {"refused", 0},
            {"balanced", balanced},
            {"reports", 1},
            {"observations", 4},
            {"quarantined_by_reason", {{"no_mapping", 1}}},
            {"refused_messages", no_counts},
            {"refused_values", {{"off", 2}}}};
}

nlohmann::json answer(bool balanced, bool recounted) {
    nlohmann::json made = {{"as_of", 77},
                           {"recounted", recounted},
                           {"balanced", balanced},
                           {"differences", nlohmann::json::array()},
                           {"inbound", message_book(balanced ? 2 : 3, balanced)},
                           {"devices", {{"m-1", message_book(balanced ? 2 : 3, balanced)}}},
                           {"destinations",
                            {{"kis",
                              {{"offered", 9},
                               {"delivered", 1},
                               {"pending", 8},
                               {"parked", 3},
                               {"dead_lettered", 0},
                               {"filtered", 0},
                               {"erased", 0},
                               {"oldest_pending", "2026-11-23T18:48:00.000Z"},
                               {"balanced", true}}}}}};
    if (!balanced)
        made["differences"].push_back(
            {{"book", "device m-1"}, {"line", "received"}, {"kept", 3}, {"counted", 2}});
    return made;
}

Ran ask(const nlohmann::json& books, std::vector<std::string> arguments,
        std::map<std::string, std::string>* asked = nullptr) {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("GET", "/v1/books", books);
    daemon.start();
    arguments.insert(arguments.begin(), "books");
    auto ran = here.run(std::move(arguments));
    if (asked != nullptr) {
        const auto query = daemon.asked().back().query;
        for (const auto& [key, value] : query)
            (*asked)[key] = value;
    }
    return ran;
}

// One line of a table without the padding.
std::string words(const std::string& text, const std::string& first) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(first)) continue;
        std::istringstream in(line);
        std::string all;
        for (std::string word; in >> word;)
            all += all.empty() ? word : " " + word;
        return all;
    }
    return {};
}

database::Connection raw_store(const Installation& here) {
    const config::Credentials credentials(here.folder() / "credentials");
    const auto keys = load_key_ring(here.folder() / "data", *read_key_encryption_key(credentials, "kek"));
    return std::move(*database::Connection::open(here.folder() / "data" / "store.db",
                                                 *keys->key(crypto::key_name::store),
                                                 database::Access::read_write));
}

}  // namespace

TEST_CASE("books that balance are a table for people and exit code 0", "[command_books]") {
    const auto told = ask(answer(true, false), {});
    CHECK(told.code == exit_success);
    CHECK(words(told.out, "messages of") == "messages of received = stored + quarantined + refused");
    CHECK(words(told.out, "m-1") == "m-1 2 1 1 0 balances");
    CHECK(words(told.out, "reports for") ==
          "reports for offered = delivered + pending + dead-lettered + filtered + erased");
    CHECK(words(told.out, "kis") == "kis 9 1 8 0 0 0 balances");
    CHECK(contains(told.out, "quarantined no_mapping: 1"));
    CHECK(contains(told.out, "values refused off: 2"));
    CHECK(contains(told.out, "3 wait for their own person's turn"));
    CHECK(contains(told.out, "oldest pending: 2026-11-23T18:48:00.000Z"));
    CHECK(contains(told.out,
                   "the books balance; the rows were not counted (--recount), as of audit record 77"));
}

TEST_CASE("books that do not agree say where and end with another exit code", "[command_books]") {
    const auto told = ask(answer(false, true), {"--recount"});
    CHECK(told.code == exit_corrupt);
    CHECK(words(told.out, "m-1") == "m-1 3 1 1 0 DOES NOT BALANCE");
    CHECK(contains(told.out,
                   "THE BOOKS DO NOT AGREE, as of audit record 77:\n"
                   "  device m-1, received: books 3, counted 2\n"));
    CHECK(ask(answer(false, true), {"--json"}).code == exit_corrupt);
}

TEST_CASE("device, destination and recount are asked of the daemon", "[command_books]") {
    std::map<std::string, std::string> asked;
    const auto told = ask(answer(true, true), {"--device", "m-1", "--recount"}, &asked);
    CHECK(asked == std::map<std::string, std::string>{{"device", "m-1"}, {"depth", "rows"}});
    CHECK_FALSE(contains(told.out, "reports for"));
    CHECK(contains(told.out, "every row was counted: the books and the rows are equal"));
    asked.clear();
    const auto kis = ask(answer(true, true), {"--destination", "kis"}, &asked);
    CHECK(asked == std::map<std::string, std::string>{{"destination", "kis"}});
    CHECK_FALSE(contains(kis.out, "messages of"));
}

TEST_CASE("without a daemon the books are read from the file when that is asked for", "[command_books]") {
    const Installation here;
    here.set("mqtt", "port", "1");  // nobody listens there
    here.set("admin", "port", "0");
    here.append(
        "[[destination]]\nname = \"kis\"\npurpose = \"treatment\"\nidentity_level = \"identified\"\n"
        "legal_basis = \"art9-2h\"\nkind = \"hl7\"\n[destination.hl7]\nhost = \"127.0.0.1\"\nport = 1\n");
    {
        auto gateway = Gateway::open(load_configuration(here.config()), here.config());
        REQUIRE(gateway);
        REQUIRE((*gateway)->start());
    }
    CHECK(here.run({"books"}).code == exit_unavailable);
    const auto sound = here.run({"books", "--offline", "--recount"});
    CAPTURE(sound.err);
    CHECK(sound.code == exit_success);
    CHECK(contains(sound.out, "the books and the rows are equal"));
    CHECK(words(sound.out, "kis") == "kis 0 0 0 0 0 0 balances");
    REQUIRE(raw_store(here).execute("UPDATE destination SET delivered = 1"));
    const auto broken = here.run({"books", "--offline"});
    CHECK(broken.code == exit_corrupt);
    CHECK(contains(broken.out, "destination kis, offered: books 0, counted 1"));
    CHECK(here.run({"books", "--offline", "--destination", "lis"}).err ==
          "edgeward: error: no such destination\n");
    std::filesystem::remove(here.folder() / "credentials" / "kek");
    CHECK(here.run({"books", "--offline"}).code == exit_misconfigured);
}

}  // namespace edgeward::app
