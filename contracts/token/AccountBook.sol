// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDepositToken} from "../interfaces/IDepositToken.sol";
import {AccountSlots, Slot} from "../libraries/AccountSlots.sol";
import {Account, AccountWord} from "../libraries/AccountWord.sol";
import {FastLogs} from "../libraries/FastLogs.sol";
import {FastRules} from "../libraries/FastRules.sol";
import {OutsideWord} from "../libraries/OutsideWord.sol";
import {Limits, Policy, PolicyWord} from "../libraries/PolicyWord.sol";
import {Rules} from "../libraries/Rules.sol";

/// @title The book of accounts
/// @notice Contracts: holds every balance and the policy, and is the only file that writes them. Every
/// path that changes a balance ends in `_move`; in a batch of issues, in `_mint` and `_closeMint`. The
/// order of steps is: guards, authorization, rules, state, event; what a signature or an allowance uses
/// up is written when it is checked, and undone with the rest when a rule is against the payment.
abstract contract AccountBook is IDepositToken {
    Account private _outside;
    Policy private _policy;

    /// @dev Seconds to add to a timestamp so that days turn where the currency lives; a negative offset
    /// in two's complement.
    uint256 private immutable _dayShift;

    int256 private constant EARLIEST_OFFSET = -12 hours;
    int256 private constant LATEST_OFFSET = 14 hours;

    constructor(int32 utcOffsetSeconds_) {
        if (utcOffsetSeconds_ < EARLIEST_OFFSET || utcOffsetSeconds_ > LATEST_OFFSET) {
            revert InvalidUtcOffset(utcOffsetSeconds_);
        }
        _dayShift = uint256(int256(utcOffsetSeconds_));
        _outside = OutsideWord.empty();
        // Frozen from birth and for ever, so that no payment needs to ask whether it goes to nobody.
        _freezeNobody(address(0));
        _freezeNobody(address(this));
    }

    // ------------------------------------------------------------------ reading

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return _wordOf(account).balance();
    }

    /// @inheritdoc IERC20
    function totalSupply() external view returns (uint256) {
        return OutsideWord.totalSupply(_outside);
    }

    /// @inheritdoc IDepositToken
    function totalMinted() external view returns (uint256) {
        return OutsideWord.totalMinted(_outside);
    }

    /// @inheritdoc IDepositToken
    function utcOffsetSeconds() external view returns (int32) {
        return int32(int256(_dayShift));
    }

    /// @inheritdoc IDepositToken
    function getAccount(address account)
        external
        view
        returns (uint256 balance, uint256 spentToday, uint8 tier, bool frozen)
    {
        Account word = _wordOf(account);
        return (word.balance(), word.spentOn(_today()), uint8(word.tier()), word.frozen());
    }

    /// @inheritdoc IDepositToken
    function paused() external view returns (bool) {
        return _policy.paused();
    }

    /// @inheritdoc IDepositToken
    function getLimits(uint8 tier)
        external
        view
        returns (uint256 perPayment, uint256 perDay, uint256 balance)
    {
        if (tier > PolicyWord.UNLIMITED_TIER) revert UnknownTier(tier);
        if (tier == PolicyWord.UNLIMITED_TIER) {
            return (type(uint256).max, type(uint256).max, type(uint256).max);
        }
        Limits limits = _policy.limits(tier);
        return (limits.perPayment(), limits.perDay(), limits.onBalance());
    }

    /// @inheritdoc IDepositToken
    function transferCheck(address from, address to, uint256 amount)
        public
        view
        returns (bytes4 reason, uint256 value, uint256 limit)
    {
        Policy policy = _policy;
        if (policy.paused()) return (TokenPaused.selector, 0, 0);
        if (_isNobody(to)) return (ERC20InvalidReceiver.selector, uint160(to), 0);
        if (from == address(0)) return (ERC20InvalidSender.selector, 0, 0);
        Account sender = _wordOf(from);
        Account recipient = _wordOf(to);
        (reason,) = Rules.spending(policy, sender, amount, _today());
        if (reason == 0) {
            uint256 balance = recipient.balanceWith(from == to ? 0 : amount);
            reason = Rules.receiving(policy, recipient, balance);
        }
        (value, limit) = _explain(reason, from, to, amount);
    }

    /// @inheritdoc IDepositToken
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        (bytes4 reason,,) = transferCheck(from, to, amount);
        return reason == 0;
    }

    // ------------------------------------------------------------------ money moves

    /// @dev A payment within the rules. The caller has checked that `from` asked for it.
    function _pay(address from, address to, uint256 amount) internal {
        (Slot payer, Slot payee) = (AccountSlots.slotOf(from), AccountSlots.slotOf(to));
        (Account sender, Account recipient) = (payer.load(), payee.load());
        (Account charged, uint256 spent) = FastRules.spend(sender, amount, _today());
        uint256 apart = Slot.unwrap(payer) ^ Slot.unwrap(payee);
        if (FastRules.objects(_policy, sender, recipient, apart, amount, spent)) {
            _payBySteps(from, to, amount);
        } else {
            _move(payer, charged, payee, recipient, from, to, amount);
        }
    }

    /// @dev The same payment judged rule by rule, for whoever has no limits or pays themselves, and to
    /// say which rule is against it.
    function _payBySteps(address from, address to, uint256 amount) private {
        Policy policy = _policy;
        if (policy.paused()) revert TokenPaused();
        if (_isNobody(to)) revert ERC20InvalidReceiver(to);
        if (from == address(0)) revert ERC20InvalidSender(from);
        (Slot payer, Slot payee) = (AccountSlots.slotOf(from), AccountSlots.slotOf(to));
        (Account sender, Account recipient) = (payer.load(), payee.load());
        bytes4 reason;
        (reason, sender) = Rules.spending(policy, sender, amount, _today());
        if (reason != 0) _refuse(reason, from, to, amount);
        // Who pays themselves receives on top of what the payment has left.
        if (from == to) recipient = sender.debit(amount);
        reason = Rules.receiving(policy, recipient, recipient.balanceWith(amount));
        if (reason != 0) _refuse(reason, from, to, amount);
        _move(payer, sender, payee, recipient, from, to, amount);
    }

    /// @dev Burns within the rules, as spending of the day. The caller has checked that `from` asked.
    function _burn(address from, uint256 amount) internal {
        Policy policy = _policy;
        if (policy.paused()) revert TokenPaused();
        Slot payer = AccountSlots.slotOf(from);
        (bytes4 reason, Account sender) = Rules.spending(policy, payer.load(), amount, _today());
        if (reason != 0) _refuse(reason, from, address(0), amount);
        _move(payer, sender, _slotOfOutside(), _outside, from, address(0), amount);
    }

    /// @dev Begins a run of mints: the outside's word is read once, handed from one mint to the next,
    /// and written once, by `_closeMint`.
    /// @return most Each tier's limit on the balance.
    function _openMint() internal view returns (uint256[8] memory most, Account outside) {
        Policy policy = _policy;
        if (policy.paused()) revert TokenPaused();
        return (policy.balanceLimits(), _outside);
    }

    /// @dev As `_move` from the outside, whose word is handed back instead of written. The caller has
    /// checked all rules.
    function _mint(Account outside, Slot payee, Account recipient, address to, uint256 amount)
        internal
        returns (Account)
    {
        payee.store(recipient.credit(amount));
        FastLogs.transfer(address(0), to, amount);
        return OutsideWord.withMinted(outside, amount).debit(amount);
    }

    /// @dev Ends a run of mints. Answers how much was minted.
    function _closeMint(Account outside) internal returns (uint256 minted) {
        minted = OutsideWord.totalMinted(outside) - OutsideWord.totalMinted(_outside);
        _outside = outside;
    }

    /// @dev Why `amount` would not be minted for `to`; zero when it would.
    function _againstMint(Account outside, address to, uint256 amount)
        internal
        view
        returns (bytes4 reason)
    {
        reason = Rules.minting(outside, amount);
        if (reason != 0) return reason;
        if (_isNobody(to)) return ERC20InvalidReceiver.selector;
        Account recipient = _wordOf(to);
        return Rules.receiving(_policy, recipient, recipient.balanceWith(amount));
    }

    /// @dev Mints again what `to` burned, past freeze, limits and pause. A supply at its very top is the
    /// one thing that can stop it.
    function _mintBack(address to, uint256 amount) internal {
        Account outside = _outside;
        uint256 room = outside.balance();
        if (amount > room) revert SupplyLimitExceeded(amount, room);
        Slot payee = AccountSlots.slotOf(to);
        outside = OutsideWord.withMinted(outside, amount);
        _move(_slotOfOutside(), outside, payee, payee.load(), address(0), to, amount);
    }

    /// @dev Takes past the sender's freeze, all limits and the pause, and leaves the sender frozen.
    /// The recipient is not the sender, or taking would give the money back to a frozen account.
    function _seize(address from, address to, uint256 amount) internal {
        if (_isNobody(to) || to == from) revert ERC20InvalidReceiver(to);
        if (from == address(0)) revert ERC20InvalidSender(from);
        (Slot payer, Slot payee) = (AccountSlots.slotOf(from), AccountSlots.slotOf(to));
        (Account sender, Account recipient) = (payer.load(), payee.load());
        if (recipient.tier() == 0) revert UnregisteredAccount(to);
        if (recipient.frozen()) revert FrozenAccount(to);
        if (amount > sender.balance()) {
            revert ERC20InsufficientBalance(from, sender.balance(), amount);
        }
        _move(payer, sender.withFrozen(true), payee, recipient, from, to, amount);
    }

    /// @dev The place where balances change: what leaves one account enters the other, and the outside
    /// counts as an account. The words carry whatever else the caller changed in them; the
    /// caller has checked that `sender` holds `amount`. Where both are one account, `recipient` is
    /// what the debit leaves of it.
    function _move(
        Slot payer,
        Account sender,
        Slot payee,
        Account recipient,
        address from,
        address to,
        uint256 amount
    ) private {
        payer.store(sender.debit(amount));
        payee.store(recipient.credit(amount));
        emit Transfer(from, to, amount);
    }

    // ------------------------------------------------------------------ rules change

    /// @dev What was spent today stays counted under the new tier.
    function _setTier(address account, uint8 tier) internal {
        if (_isNobody(account)) revert ERC20InvalidReceiver(account);
        if (tier > PolicyWord.UNLIMITED_TIER) revert UnknownTier(tier);
        AccountSlots.slotOf(account).store(_wordOf(account).withTier(tier));
        emit TierSet(account, tier);
    }

    function _setFrozen(address account, bool frozen) internal {
        if (_isNobody(account)) revert ERC20InvalidReceiver(account);
        AccountSlots.slotOf(account).store(_wordOf(account).withFrozen(frozen));
    }

    function _freezeNobody(address nobody) private {
        AccountSlots.slotOf(nobody).store(Account.wrap(0).withFrozen(true));
    }

    function _setPaused(bool paused_) internal {
        _policy = _policy.withPaused(paused_);
    }

    function _setLimits(uint8 tier, uint256 perPayment, uint256 perDay, uint256 balance) internal {
        if (tier >= PolicyWord.UNLIMITED_TIER) revert UnknownTier(tier);
        _policy =
            _policy.withLimits(tier, _encoded(perPayment), _encoded(perDay), _encoded(balance));
        emit LimitsSet(tier, perPayment, perDay, balance);
    }

    // ------------------------------------------------------------------ for the parts above

    function _requireUnfrozen(address account) internal view {
        if (_wordOf(account).frozen()) revert FrozenAccount(account);
    }

    function _wordOf(address account) private view returns (Account) {
        return AccountSlots.slotOf(account).load();
    }

    function _slotOfOutside() private pure returns (Slot slot) {
        assembly ("memory-safe") {
            slot := _outside.slot
        }
    }

    /// @dev Nobody holds a key to the zero address, and nobody gets out what the token itself holds.
    function _isNobody(address account) private view returns (bool) {
        return account == address(0) || account == address(this);
    }

    /// @dev The currency's day: days since 1970 in its time zone.
    function _today() private view returns (uint256) {
        unchecked {
            return AccountWord.dayOf(block.timestamp + _dayShift);
        }
    }

    function _encoded(uint256 limit) private pure returns (uint256) {
        (uint256 encoded, bool exact) = PolicyWord.encode(limit);
        if (!exact) revert UnrepresentableLimit(limit);
        return encoded;
    }

    /// @dev The failing value and the limit that belong to a reason that `Rules` gave; see
    /// `transferCheck`.
    function _explain(bytes4 reason, address from, address to, uint256 amount)
        private
        view
        returns (uint256 value, uint256 limit)
    {
        Account sender = _wordOf(from);
        Account recipient = _wordOf(to);
        if (reason == FrozenAccount.selector) {
            return (uint160(sender.frozen() ? from : to), 0);
        }
        if (reason == ERC20InsufficientBalance.selector) return (sender.balance(), amount);
        Limits payers = _policy.limits(sender.tier());
        if (reason == PaymentLimitExceeded.selector) return (amount, payers.perPayment());
        if (reason == DailyLimitExceeded.selector) {
            return (sender.spentWith(amount, _today()), payers.perDay());
        }
        if (reason == BalanceLimitExceeded.selector) {
            value = recipient.balanceWith(from == to ? 0 : amount);
            return (value, _policy.limits(recipient.tier()).onBalance());
        }
    }

    /// @dev Throws the error that `Rules` named, with its values.
    function _refuse(bytes4 reason, address from, address to, uint256 amount) private view {
        (uint256 value, uint256 limit) = _explain(reason, from, to, amount);
        if (reason == ERC20InsufficientBalance.selector) {
            revert ERC20InsufficientBalance(from, value, limit);
        }
        if (reason == PaymentLimitExceeded.selector) {
            revert PaymentLimitExceeded(from, value, limit);
        }
        if (reason == DailyLimitExceeded.selector) revert DailyLimitExceeded(from, value, limit);
        if (reason == BalanceLimitExceeded.selector) revert BalanceLimitExceeded(to, value, limit);
        if (reason == FrozenAccount.selector) revert FrozenAccount(address(uint160(value)));
        // A reason that this list does not know must never let a payment through.
        assert(false);
    }
}
