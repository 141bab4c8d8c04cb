// /v1/audit: the log for the auditor, page by page in the export format, and the key to verify it with.

#include <algorithm>

#include <edgeward/audit/export.hpp>

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// A page is in memory three times over: as text, in its JSON, and as what is sent.
constexpr std::uint64_t most_exported = 2'000;

// One page: every line of the export of these records. A page begins with the header line and ends with the
// end line; the command line keeps the first header and the last end.
Result<json> export_page(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto first = number_in_query(request, "first", 1);
    if (!first) return failure(first.error());
    const auto most = number_in_query(request, "most", most_exported);
    if (!most) return failure(most.error());
    const auto chain = parts.reader.chain();
    if (!chain) return failure(chain.error());
    std::string text;
    audit::ExportWriter writer(chain->origin, [&text](std::string_view line) { text += line; });
    std::uint64_t last = 0;
    auto exported = parts.reader.export_audit(
        *first, std::min(*most, most_exported),
        [&](const audit::Record& record) {
            writer.record(record);
            last = record.sequence;
        },
        [&](std::string_view note) { writer.checkpoint(note); });
    if (!exported) return failure(std::move(exported.error()));
    if (last > 0) writer.end();
    return json{{"last", last}, {"newest", chain->sequence}, {"text", std::move(text)}};
}

// Written before the first page is given out.
Result<json> announce_export(const ControlParts& parts, const admin::HttpRequest& request) {
    audit::Event event = make_event(request, audit::Action::audit_exported, "export");
    auto done = parts.writer.run([&event](store::ObservationStore& store) -> Result<void> {
        if (auto written = store.append_audit(event); !written) return written;
        return store.checkpoint_audit();  // so that everything exported now is covered by a signature
    });
    if (!done) return failure(std::move(done.error()));
    const auto chain = parts.reader.chain();
    if (!chain) return failure(chain.error());
    return json{
        {"newest", chain->sequence}, {"checkpoint", chain->checkpoint_note}, {"origin", chain->origin}};
}

}  // namespace

admin::Routes audit_routes(const ControlParts& parts) {
    return {
        control_route("POST", "/v1/audit/export",
                      [parts](const admin::HttpRequest& request) { return announce_export(parts, request); }),
        control_route("GET", "/v1/audit/export",
                      [parts](const admin::HttpRequest& request) { return export_page(parts, request); }),
        control_route("GET", "/v1/audit/key", [parts](const admin::HttpRequest&) -> Result<json> {
            return json{{"public_key", parts.audit_public_key}};
        })};
}

}  // namespace edgeward::app
