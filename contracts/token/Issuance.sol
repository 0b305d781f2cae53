// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositToken, IssueEntry} from "../interfaces/IDepositToken.sol";
import {AccountSlots, Slot} from "../libraries/AccountSlots.sol";
import {Account} from "../libraries/AccountWord.sol";
import {FastLogs} from "../libraries/FastLogs.sol";
import {FastRules} from "../libraries/FastRules.sol";
import {IssueEntries} from "../libraries/IssueEntries.sol";
import {Redemptions} from "./Redemptions.sol";

/// @title Bank deposits into tokens
/// @notice Contracts: the bitmap of used deposit numbers lives here, with the money, so that no change
/// of the issuer can forget one.
abstract contract Issuance is Redemptions {
    /// @dev Bit n % 256 of word n / 256 is set when the deposit number n is used up.
    mapping(uint256 index => uint256 bits) private _usedNumbers;

    /// @dev No number lies on it.
    uint256 private constant NO_PAGE = type(uint256).max;

    /// @inheritdoc IDepositToken
    function depositNumberUsed(uint256 number) external view returns (bool) {
        return _usedNumbers[number >> 8] & _bitOf(number) != 0;
    }

    /// @inheritdoc IDepositToken
    /// @dev Never reverts for what a well-formed entry says: one bad entry must not stop the rest.
    function issue(IssueEntry[] calldata entries) external restricted returns (uint256 credited) {
        (uint256[8] memory most, Account outside) = _openMint();
        (uint256 index, uint256 bits) = (NO_PAGE, 0);
        for (uint256 i = 0; i < entries.length; ++i) {
            (uint256 number, bytes16 ref, address holder, uint256 amount) =
                IssueEntries.read(entries, i);
            if (number >> 8 != index) (index, bits) = _turnPage(index, bits, number >> 8);
            Slot payee = AccountSlots.slotOf(holder);
            Account recipient = payee.load();
            if (!FastRules.objectsToMint(most, outside, recipient, amount, bits & _bitOf(number))) {
                outside = _mint(outside, payee, recipient, holder, amount);
                FastLogs.issued(number, holder, amount, ref);
            } else {
                _refuse(outside, entries[i], bits & _bitOf(number) != 0);
            }
            bits |= _bitOf(number);
        }
        _turnPage(index, bits, index);
        return _closeMint(outside);
    }

    /// @inheritdoc IDepositToken
    function voidNumber(uint256 number) external restricted {
        uint256 bits = _usedNumbers[number >> 8];
        if (bits & _bitOf(number) != 0) revert NumberUsed(number);
        _usedNumbers[number >> 8] = bits | _bitOf(number);
        emit NumberVoided(number);
    }

    /// @dev Says which rule is against an entry: `FastRules` objects to a mint if and only if one is.
    /// Should it ever object to another, that entry is refused with the reason zero.
    function _refuse(Account outside, IssueEntry calldata entry, bool taken) private {
        (address holder, uint256 amount) = (entry.holder, entry.amount);
        bytes4 reason = taken ? NumberUsed.selector : _againstMint(outside, holder, amount);
        emit IssueRefused(entry.number, holder, amount, entry.ref, reason);
    }

    /// @dev Writes the page of the bitmap that a run of issues is at, and reads the next.
    function _turnPage(uint256 index, uint256 bits, uint256 next)
        private
        returns (uint256, uint256)
    {
        if (index != NO_PAGE) _usedNumbers[index] = bits;
        return (next, _usedNumbers[next]);
    }

    function _bitOf(uint256 number) private pure returns (uint256) {
        return 1 << (number & 0xff);
    }
}
