#include "dicom_negotiation.hpp"

#include <algorithm>

#include <edgeward/dicom/object.hpp>

namespace edgeward::ingest {
namespace {

using dicom::ContextResult;

dicom::ContextAnswer answer_to(const dicom::Context& context, bool commitment) {
    const auto& proposed = context.transfer_syntaxes;
    const bool known = context.abstract_syntax == dicom::verification_class ||
                       dicom::is_storage_class(context.abstract_syntax) ||
                       (commitment && context.abstract_syntax == dicom::commitment_class);
    if (!known) return {context.id, ContextResult::abstract_syntax, proposed.front()};
    const auto read = std::ranges::find_if(proposed, [](const auto& syntax) { return dicom::reads(syntax); });
    if (read == proposed.end()) return {context.id, ContextResult::transfer_syntaxes, proposed.front()};
    return {context.id, ContextResult::accepted, *read};
}

}  // namespace

std::optional<dicom::AssociateReject> reason_to_reject(const dicom::AssociateRequest& request,
                                                       const DicomSourceSettings& settings,
                                                       const DicomSender& sender) {
    if (request.called != settings.ae_title) return dicom::called_title_unknown;
    if (std::ranges::find(sender.ae_titles, request.calling) == sender.ae_titles.end())
        return dicom::calling_title_unknown;
    return std::nullopt;
}

CommitmentSides commitment_sides(const dicom::AssociateRequest& request, const DicomSender& sender) {
    CommitmentSides sides;
    const auto role =
        std::ranges::find(request.roles, dicom::commitment_class, &dicom::RoleSelection::sop_class);
    const bool selected = role != request.roles.end();
    sides.asks = sender.may_ask_for_commitment && (!selected || role->user);
    sides.reports = selected && role->provider;  // PS3.4 section J.3.3.1.1
    return sides;
}

dicom::AssociateAccept accept_storage(const dicom::AssociateRequest& request, const CommitmentSides& sides) {
    dicom::AssociateAccept accept;
    accept.largest_pdu = largest_pdu;
    const bool selected = std::ranges::any_of(
        request.roles, [](const auto& role) { return role.sop_class == dicom::commitment_class; });
    const bool commitment = sides.asks || sides.reports;
    if (selected && commitment)
        accept.roles.push_back({std::string(dicom::commitment_class), sides.asks, sides.reports});
    for (const auto& context : request.contexts)
        accept.contexts.push_back(answer_to(context, commitment));
    return accept;
}

}  // namespace edgeward::ingest
