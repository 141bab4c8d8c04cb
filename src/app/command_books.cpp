#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <vector>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/store/recount.hpp>

#include "books_answer.hpp"
#include "configuration.hpp"
#include "daemon_request.hpp"
#include "keys.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// Millions of rows are counted in seconds; a very large store may take minutes.
constexpr std::chrono::minutes recount_patience{60};

struct Chosen {
    std::string device;
    std::string destination;
    bool recount = false;
    bool offline = false;
};

struct Column {
    const char* title;
    const char* field;
};
constexpr std::array<Column, 4> device_columns = {{{"received", "received"},
                                                   {"= stored", "stored"},
                                                   {"+ quarantined", "quarantined"},
                                                   {"+ refused", "refused"}}};
constexpr std::array<Column, 6> destination_columns = {{{"offered", "offered"},
                                                        {"= delivered", "delivered"},
                                                        {"+ pending", "pending"},
                                                        {"+ dead-lettered", "dead_lettered"},
                                                        {"+ filtered", "filtered"},
                                                        {"+ erased", "erased"}}};

constexpr int narrowest = 11;

int width_of(const Column& column) {
    return std::max(narrowest, static_cast<int>(std::string_view(column.title).size())) + 1;
}

template <std::size_t N>
void print_head(const char* what, int name_width, const std::array<Column, N>& columns) {
    std::cout << std::left << std::setw(name_width) << what << std::right;
    for (const Column& column : columns)
        std::cout << std::setw(width_of(column)) << column.title;
    std::cout << '\n';
}

template <std::size_t N>
void print_line(const std::string& name, int name_width, const json& book,
                const std::array<Column, N>& columns) {
    std::cout << std::left << std::setw(name_width) << name << std::right;
    for (const Column& column : columns)
        std::cout << std::setw(width_of(column)) << book.at(column.field).template get<std::uint64_t>();
    std::cout << (book.value("balanced", false) ? "   balances" : "   DOES NOT BALANCE") << '\n';
}

int width_of_names(const json& books) {
    std::size_t widest = 16;
    for (const auto& [name, book] : books.items())
        widest = std::max(widest, name.size());
    return static_cast<int>(widest) + 1;
}

void print_counts(const json& counts, const char* what) {
    for (const auto& [reason, count] : counts.items())
        std::cout << "  " << what << ' ' << reason << ": " << count << '\n';
}

void print_devices(const json& answer) {
    const auto& devices = answer.at("devices");
    const int width = width_of_names(devices);
    print_head("messages of", width, device_columns);
    for (const auto& [name, book] : devices.items())
        print_line(name.empty() ? "unknown devices" : name, width, book, device_columns);
    const auto& inbound = answer.at("inbound");
    if (devices.size() != 1) print_line("all", width, inbound, device_columns);
    std::cout << "  reports " << inbound.at("reports") << ", observations " << inbound.at("observations")
              << '\n';
    print_counts(inbound.at("quarantined_by_reason"), "quarantined");
    print_counts(inbound.at("refused_messages"), "refused");
    print_counts(inbound.at("refused_values"), "values refused");
    if (const auto dropped = inbound.value("unlisted_fields", std::uint64_t{0}); dropped > 0)
        std::cout << "  fields dropped that no mapping lists: " << dropped << '\n';
}

void print_destinations(const json& answer) {
    const auto& destinations = answer.at("destinations");
    if (destinations.empty()) return;
    const int width = width_of_names(destinations);
    std::cout << '\n';
    print_head("reports for", width, destination_columns);
    for (const auto& [name, book] : destinations.items()) {
        print_line(name, width, book, destination_columns);
        if (book.at("parked") != 0)
            std::cout << "  of the pending ones " << book.at("parked")
                      << " wait for their own person's turn\n";
        if (book.at("oldest_pending").is_string())
            std::cout << "  oldest pending: " << book.at("oldest_pending").get<std::string>() << '\n';
    }
}

void print_verdict(const json& answer) {
    const bool recounted = answer.value("recounted", false);
    std::cout << '\n';
    if (answer.value("balanced", false)) {
        std::cout << (recounted ? "every row was counted: the books and the rows are equal"
                                : "the books balance; the rows were not counted (--recount)")
                  << ", as of audit record " << answer.at("as_of") << '\n';
        return;
    }
    std::cout << "THE BOOKS DO NOT AGREE, as of audit record " << answer.at("as_of") << ":\n";
    for (const auto& one : answer.at("differences"))
        std::cout << "  " << one.value("book", "") << ", " << one.value("line", "") << ": books "
                  << one.at("kept") << ", counted " << one.at("counted") << '\n';
}

void print_books(const Chosen& chosen, const json& answer) {
    if (chosen.destination.empty() || !chosen.device.empty()) print_devices(answer);
    if (chosen.device.empty() || !chosen.destination.empty()) print_destinations(answer);
    print_verdict(answer);
}

// Reads store.db itself: with the daemon stopped, or beside it.
Result<json> read_offline(const CommandOptions& options, const Chosen& chosen) {
    const auto loaded = load_configuration(options.config_file);
    if (!loaded.problems.empty())
        return failure(ErrorKind::misconfigured, loaded.problems.front().to_string());
    const auto& settings = loaded.configuration.gateway;
    const config::Credentials credentials(settings.credentials_folder);
    const auto kek = read_key_encryption_key(credentials, settings.key_encryption_key);
    if (!kek) return failure(kek.error());
    const auto keys = load_key_ring(settings.data_folder, *kek);
    if (!keys) return failure(keys.error());
    const auto reconciler = store::Reconciler::open(loaded.configuration.store, *keys);
    if (!reconciler) return failure(reconciler.error());
    const auto found = reconciler->reconcile(chosen.recount ? store::Depth::rows : store::Depth::books);
    if (!found) return failure(found.error());
    return books_answer(*found, chosen.device, chosen.destination);
}

Result<json> ask_books(const CommandOptions& options, const Chosen& chosen) {
    if (chosen.offline) return read_offline(options, chosen);
    std::map<std::string, std::string> query;
    if (!chosen.device.empty()) query["device"] = chosen.device;
    if (!chosen.destination.empty()) query["destination"] = chosen.destination;
    if (chosen.recount) query["depth"] = "rows";
    const std::string target = admin::make_target({"v1", "books"}, query);
    if (!chosen.recount) return ask_daemon(options, "GET", target);
    return ask_daemon(options, "GET", target, nullptr, recount_patience);
}

int books(const CommandOptions& options, const Chosen& chosen) {
    const auto answer = ask_books(options, chosen);
    const int shown =
        show_answer(options, answer, [&chosen](const json& found) { print_books(chosen, found); });
    if (shown != exit_success) return shown;
    return answer->value("balanced", false) ? exit_success : exit_corrupt;
}

}  // namespace

void add_books_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand(
        "books",
        "What came in and what became of it: received = stored + quarantined + refused for each device, "
        "offered = delivered + pending + dead-lettered + filtered + erased for each destination. Exit code 6 "
        "when the books do not agree");
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callback
    command->add_option("--device", chosen->device, "Only this device's messages");
    command->add_option("--destination", chosen->destination, "Only this destination's reports");
    command->add_flag("--recount", chosen->recount,
                      "Count every row and hold the counters against it; the gateway goes on working");
    command->add_flag("--offline", chosen->offline,
                      "Read store.db directly, for a stopped daemon: needs the key-encryption key, leaves no "
                      "audit record");
    command->callback([&options, &exit, chosen] { exit = books(options, *chosen); });
}

}  // namespace edgeward::app
