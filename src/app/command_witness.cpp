#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/crypto/signature.hpp>

#include "command.hpp"
#include "daemon_process.hpp"
#include "daemon_request.hpp"
#include "witness_program.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::size_t seed_octets = 32;
constexpr unsigned mode = 0600;

struct Chosen {
    std::filesystem::path file;
    std::string origin;
};

Result<WitnessConfiguration> configuration_of(const CommandOptions& options) {
    auto loaded = load_witness_configuration(options.config_file);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty())
        return failure(ErrorKind::misconfigured, "the configuration of the witness has to be mended");
    return std::move(loaded.configuration);
}

int run(const CommandOptions& options) {
    guard_process();
    const sigset_t signals = block_signals();
    const auto configuration = configuration_of(options);
    if (!configuration) return complain(configuration.error());
    log::configure(log::Level::info, log::Format::journal);
    auto program = WitnessProgram::start(*configuration);
    if (!program) return complain(program.error());
    log::info("witness started", {{"port", (*program)->port()}, {"logs", configuration->logs.size()}});
    constexpr std::chrono::hours turn{1};
    for (int signal = 0; signal != SIGTERM && signal != SIGINT;)
        signal = wait_for_signal(signals, turn);
    program->reset();
    log::info("witness stopped");
    return exit_success;
}

int make_key(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(file, error) || error)
        return complain({ErrorKind::rejected, file.string() + " is there already"});
    Bytes seed(seed_octets);
    system_random().fill(seed);
    const Secret kept(std::move(seed));
    std::string text = to_hex(kept.reveal()) + "\n";
    const auto written = write_file_durably(file, bytes_of(text), mode);
    wipe(text.data(), text.size());
    if (!written) return complain(written.error());
    std::cout << crypto::to_pem(crypto::public_key_of(kept));
    return exit_success;
}

int show_key(const CommandOptions& options) {
    const auto configuration = configuration_of(options);
    if (!configuration) return complain(configuration.error());
    const auto seed = read_witness_seed(*configuration);
    if (!seed) return complain(seed.error());
    std::cout << crypto::to_pem(crypto::public_key_of(*seed));
    return exit_success;
}

int ask(const CommandOptions& options, std::string_view method, const char* word, const std::string& origin) {
    const auto target = admin::make_target({"v1", "witness", word}, {{"origin", origin}});
    return show_answer(options, ask_daemon(options, method, target),
                       [](const json& answer) { std::cout << answer.value("checkpoint", ""); });
}

}  // namespace

void add_witness_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand(
        "witness",
        "On another machine: remember how far the logs of gateways were, and sign it. -c names the file of "
        "the witness");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks

    command->add_subcommand("run", "Run the witness in the foreground, as systemd does. SIGTERM ends it")
        ->callback([&options, &exit] { exit = run(options); });
    auto* making = command->add_subcommand("make-key", "Make a signing key and print its public key as PEM");
    making->add_option("file", chosen->file, "Where the key goes; must not be there")->required();
    making->callback([&exit, chosen] { exit = make_key(chosen->file); });
    command->add_subcommand("public-key", "The key that verifies its cosignatures, as PEM")
        ->callback([&options, &exit] { exit = show_key(options); });
    auto* showing = command->add_subcommand("checkpoint", "The newest checkpoint it has signed of a log");
    showing->add_option("origin", chosen->origin, "The log, edgeward/<installation id>")->required();
    showing->callback(
        [&options, &exit, chosen] { exit = ask(options, "GET", "checkpoint", chosen->origin); });
    auto* accepting = command->add_subcommand("accept-restore",
                                              "A gateway was restored from a backup and you know of it: what "
                                              "was signed before is kept as evidence, "
                                              "and its log is taken as it is next");
    accepting->add_option("origin", chosen->origin, "The log, edgeward/<installation id>")->required();
    accepting->callback(
        [&options, &exit, chosen] { exit = ask(options, "POST", "restore", chosen->origin); });
}

}  // namespace edgeward::app
